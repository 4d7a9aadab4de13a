package io.promptmill.jobs.progress;

import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.rows.Prediction;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counters that tasks raise while they run, for the progress display only: a repeated task counts twice.
 *
 * @param prompts prompts that have an outcome
 * @param tokens generated tokens of those prompts
 * @param computed tokens computed, also those of prompts in flight; with beams those of each beam
 */
public record LiveCounts(LongAccumulator prompts, LongAccumulator tokens, LongAccumulator computed)
        implements Serializable {
    static final String PROMPTS = "promptmill.prompts";
    static final String TOKENS = "promptmill.tokens";
    static final String COMPUTED = "promptmill.computed";

    /** New counters of that Spark. */
    public static LiveCounts register(SparkContext spark) {
        return new LiveCounts(
                spark.longAccumulator(PROMPTS), spark.longAccumulator(TOKENS), spark.longAccumulator(COMPUTED));
    }

    /** Brings this task's counters up to date. */
    public void show(Prediction prediction) {
        prompts.add(prediction.outcomes().total() - prompts.sum());
        tokens.add(prediction.stats().generatedTokens() - tokens.sum());
    }

    /** Counts what this task has computed before its next step. */
    public void step(GenerationStats stats) {
        computed.add(stats.liveRows() - computed.sum());
    }
}
