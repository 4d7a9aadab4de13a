package io.promptmill.spark.rows;

/** What the executor's log tells of the prompts of rejected and failed rows. */
public enum LoggedText {
    /** Length and digest: the text stays in the data. */
    OMITTED,
    /** Length and how the prompt begins. */
    BEGINNING
}
