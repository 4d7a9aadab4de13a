/**
 * Functions of Spark SQL that continue prompts, for sessions with {@code
 * spark.sql.extensions=io.promptmill.sql.PromptmillExtensions}. A call ({@link io.promptmill.sql.GenerationCall}) becomes an
 * operator of the plan ({@link io.promptmill.sql.Generation}) that computes whole partitions by the engine ({@link
 * io.promptmill.sql.GenerationExec}).
 */
package io.promptmill.sql;
