package io.promptmill.spark.rows;

import io.promptmill.PromptResult;
import java.io.Serializable;

/**
 * Numbers of prompts by outcome; together they are the prompts read. Immutable.
 *
 * @param ok prompts whose sequences were all generated
 * @param rejected prompts whose row cannot be accepted
 * @param failed prompts that are good but went wrong
 */
public record Outcomes(long ok, long rejected, long failed) implements Serializable {
    /** No prompts at all. */
    public static final Outcomes NONE = new Outcomes(0, 0, 0);

    /** The prompts of both. */
    public Outcomes plus(Outcomes other) {
        return new Outcomes(ok + other.ok, rejected + other.rejected, failed + other.failed);
    }

    /** All prompts. */
    public long total() {
        return ok + rejected + failed;
    }

    /** These and one more prompt. */
    Outcomes with(PromptResult.Status status) {
        return switch (status) {
            case OK -> new Outcomes(ok + 1, rejected, failed);
            case REJECTED -> new Outcomes(ok, rejected + 1, failed);
            case FAILED -> new Outcomes(ok, rejected, failed + 1);
        };
    }
}
