/**
 * The library without Spark: one checkpoint, one JVM, a line of code. Start with {@link
 * io.promptmill.pipeline.TextGenerationPipeline}. Knows nothing of {@code spark}.
 */
package io.promptmill.pipeline;
