/**
 * The face of Spark ML: {@link io.promptmill.spark.TextGenerator}, a Transformer, and its Params. Its Dataset goes through
 * the packages below: {@code shipping} sends the model to the executors, {@code executor} runs it there, {@code rows}
 * makes prompts of rows and rows of results.
 */
package io.promptmill.spark;
