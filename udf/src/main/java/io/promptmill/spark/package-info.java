/**
 * Generation on Spark: rows become prompts ({@link io.promptmill.spark.PromptColumns}), the model travels to the
 * executors once ({@link io.promptmill.spark.ModelBroadcast}), one loaded model serves all tasks of an executor, and a
 * partition of rows becomes a partition of results ({@link io.promptmill.spark.PartitionPredictor}). Everything that is
 * known before the first row is checked on the driver; a row that cannot be accepted becomes a rejected row, never a
 * failed task. Start with {@link io.promptmill.spark.TextGenerator}, which does all of it as a Spark ML Transformer.
 * Handles that travel are immutable and serialisable; what is opened in a task belongs to that task's thread and is
 * closed when the task completes.
 */
package io.promptmill.spark;
