package io.promptmill.jobs.training;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Counters that the training task moves while it runs, for the progress display only.
 *
 * @param steps done by this task
 * @param tokens trained on by this task
 * @param loss of the last step
 */
public record LiveProgress(LongAccumulator steps, LongAccumulator tokens, DoubleAccumulator loss)
        implements Serializable {
    static final String STEPS = "promptmill.steps";
    static final String TOKENS = "promptmill.tokens";
    static final String LOSS = "promptmill.loss";

    /** New counters of that Spark. */
    static LiveProgress register(SparkContext spark) {
        return new LiveProgress(
                spark.longAccumulator(STEPS), spark.longAccumulator(TOKENS), spark.doubleAccumulator(LOSS));
    }

    /** Brings this task's counters up to date. */
    void show(long stepsDone, long tokensDone, double lastLoss) {
        steps.add(stepsDone - steps.sum());
        tokens.add(tokensDone - tokens.sum());
        loss.add(lastLoss - loss.sum());
    }
}
