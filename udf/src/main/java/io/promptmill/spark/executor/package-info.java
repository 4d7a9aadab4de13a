/**
 * The model at work in an executor: one loaded model serves all tasks of the JVM, each by an engine of its own. A {@link
 * io.promptmill.spark.executor.PartitionPredictor} travels with the tasks and turns a partition of rows into a partition of
 * results; the driver's part of it, such as how many slots an executor's memory holds, is decided here, too. What is opened
 * in a task belongs to that task's thread and is closed when the task completes.
 */
package io.promptmill.spark.executor;
