package io.promptmill.spark.rows;

/** How results become rows ({@code --layout}). */
public enum OutputLayout {
    /** One row per sequence; a prompt without sequences has one row. */
    EXPLODED,
    /** One row per prompt, its sequences in an array. */
    GROUPED
}
