/**
 * Rows and what they mean: which columns make a prompt, which are carried through, and what comes out ({@link
 * io.promptmill.spark.rows.PromptColumns}); all of it is checked on the driver, before the first row. In a task a {@link
 * io.promptmill.spark.rows.Prediction} reads rows as prompts, hands them to an engine and writes its answers as rows; a row
 * that cannot be accepted becomes a rejected row, never a failed task.
 */
package io.promptmill.spark.rows;
