/**
 * The words of Promptmill: what goes in ({@link io.promptmill.Prompt}), how it is continued ({@link
 * io.promptmill.GenerationConfig}) and what comes out ({@link io.promptmill.PromptResult} with its {@link
 * io.promptmill.Completion}s). Immutable values with checked ranges, safe to share between threads; imports nothing but
 * the JDK. Start with {@link io.promptmill.GenerationConfig}.
 */
package io.promptmill;
