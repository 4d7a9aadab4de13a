package io.promptmill.spark.rows;

/** Whether results name the log-probability of every token ({@code --logprobs}). */
public enum TokenLogprobs {
    /** Only their sum. */
    OMITTED,
    /** A column {@code token_logprobs} as well. */
    INCLUDED
}
