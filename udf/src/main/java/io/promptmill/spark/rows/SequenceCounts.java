package io.promptmill.spark.rows;

import java.io.Serializable;
import java.util.Objects;

/**
 * How the sequences of prompts that are ok ended, and how long both were. Immutable.
 *
 * @param endToken sequences that an end token ended
 * @param stopString sequences that a stop string ended
 * @param lengthLimit sequences that the limit on tokens ended
 * @param promptTokens lengths of the prompts, prefix included
 * @param completionTokens lengths of the sequences
 */
public record SequenceCounts(
        long endToken, long stopString, long lengthLimit, TokenLengths promptTokens, TokenLengths completionTokens)
        implements Serializable {
    /** No sequences. */
    public static final SequenceCounts NONE = new SequenceCounts(0, 0, 0, TokenLengths.NONE, TokenLengths.NONE);

    public SequenceCounts {
        if (endToken < 0 || stopString < 0 || lengthLimit < 0) {
            throw new IllegalArgumentException("counts must not be negative");
        }
        Objects.requireNonNull(promptTokens, "promptTokens");
        Objects.requireNonNull(completionTokens, "completionTokens");
    }

    /** All sequences. */
    public long sequences() {
        return endToken + stopString + lengthLimit;
    }

    /** Those of both. */
    public SequenceCounts plus(SequenceCounts other) {
        return new SequenceCounts(
                endToken + other.endToken,
                stopString + other.stopString,
                lengthLimit + other.lengthLimit,
                promptTokens.plus(other.promptTokens),
                completionTokens.plus(other.completionTokens));
    }
}
