/**
 * The library without Spark: one checkpoint, one JVM, a line of code. Start with {@link
 * io.promptmill.pipeline.TextGenerationPipeline}. May import every package but {@code spark}.
 */
package io.promptmill.pipeline;
