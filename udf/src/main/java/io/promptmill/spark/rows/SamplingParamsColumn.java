package io.promptmill.spark.rows;

/** Whether the output has the rows' own settings beside their results ({@code --carry-sampling-params}). */
public enum SamplingParamsColumn {
    /** They are used and left out. */
    OMITTED,
    /** The column is carried through as it is, like those without a meaning. */
    CARRIED
}
