package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How much a run has done; parts before a resume count.
 *
 * @param steps updates of the weights
 * @param epochs passes over the blocks, in fractions
 * @param tokens trained on
 * @param seconds of training and evaluation, wall clock
 * @param tokensPerSecond of training alone
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Totals(long steps, double epochs, long tokens, double seconds, double tokensPerSecond) {
    /** Before the first step. */
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0);

    public Totals {
        if (steps < 0 || tokens < 0 || !(epochs >= 0) || !(seconds >= 0) || !(tokensPerSecond >= 0)) {
            throw new IllegalArgumentException("totals of a run are not negative");
        }
    }
}
