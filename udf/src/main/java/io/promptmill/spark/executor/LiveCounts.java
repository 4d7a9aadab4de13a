package io.promptmill.spark.executor;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Accumulators that tasks raise while they run, for Spark's pages and for the display of progress only: a repeated task
 * counts twice. Made on the driver; travels with tasks.
 *
 * @param prompts prompts that have an outcome
 * @param rejected those of them that were rejected
 * @param failed those of them that failed
 * @param promptTokens tokens of those that are ok, prefixes included
 * @param tokens generated tokens of prompts that have an outcome
 * @param computed tokens computed, also those of prompts in flight; with beams those of each beam
 */
public record LiveCounts(
        LongAccumulator prompts,
        LongAccumulator rejected,
        LongAccumulator failed,
        LongAccumulator promptTokens,
        LongAccumulator tokens,
        LongAccumulator computed)
        implements Serializable {
    /** What Spark calls {@link #prompts}. */
    public static final String PROMPTS = "promptmill: prompts";
    /** What Spark calls {@link #tokens}. */
    public static final String TOKENS = "promptmill: generated tokens";
    /** What Spark calls {@link #computed}. */
    public static final String COMPUTED = "promptmill: computed tokens";

    private static final String REJECTED = "promptmill: rejected";
    private static final String FAILED = "promptmill: failed";
    private static final String PROMPT_TOKENS = "promptmill: prompt tokens";

    /** New accumulators of that Spark. */
    public static LiveCounts register(SparkContext spark) {
        return new LiveCounts(
                spark.longAccumulator(PROMPTS),
                spark.longAccumulator(REJECTED),
                spark.longAccumulator(FAILED),
                spark.longAccumulator(PROMPT_TOKENS),
                spark.longAccumulator(TOKENS),
                spark.longAccumulator(COMPUTED));
    }

    /** Adds what was done between the two. */
    void grow(Work before, Work now) {
        prompts.add(now.outcomes().total() - before.outcomes().total());
        rejected.add(now.outcomes().rejected() - before.outcomes().rejected());
        failed.add(now.outcomes().failed() - before.outcomes().failed());
        promptTokens.add(now.promptTokens() - before.promptTokens());
        tokens.add(now.engine().generatedTokens() - before.engine().generatedTokens());
        computed.add(now.engine().liveRows() - before.engine().liveRows());
    }
}
