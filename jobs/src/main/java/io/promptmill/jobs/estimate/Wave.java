package io.promptmill.jobs.estimate;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.PromptSize;
import io.promptmill.spark.executor.Rehearsal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prompts that start together in free slots, so that it is known at each step what is in flight: one prefill, and then steps
 * with ever fewer rows. Single-threaded, for one wave.
 */
final class Wave implements Rehearsal {
    private final Map<String, PromptSize> sizes;
    private final double meanTokens;
    private final Calibration learnt;
    private final long start = System.nanoTime();
    private long lastNanos = start;
    private GenerationStats last = GenerationStats.NONE;
    private boolean begun;
    private double prefillSeconds;

    /** Begins now. */
    Wave(List<SampleRow> rows, Calibration learnt) {
        this.sizes = rows.stream()
                .map(SampleRow::prompt)
                .collect(Collectors.toMap(MeasuredPrompt::id, MeasuredPrompt::size, (one, same) -> one));
        this.meanTokens =
                sizes.values().stream().mapToInt(PromptSize::tokens).average().orElse(0);
        this.learnt = learnt;
    }

    @Override
    public void beforeStep(GenerationStats stats) {
        long now = System.nanoTime();
        if (begun) {
            observeSteps(now, stats);
        } else {
            Collection<PromptSize> prompts = sizes.values();
            prefillSeconds = (now - start) / 1e9;
            learnt.observePrefill(prefillSeconds, Costs.calls(prompts), Costs.positions(prompts));
        }
        begun = true;
        last = stats;
        lastNanos = now;
    }

    @Override
    public void answered(PromptResult result) {
        PromptSize size = sizes.get(result.promptId());
        if (size == null || !size.mayEndEarly() || result.completions().isEmpty()) {
            return;
        }
        for (Completion completion : result.completions()) {
            count(learnt.sequences(), completion.tokenIds().size(), endedByModel(completion));
        }
        if (size.beams() > 1) {
            int longest = result.completions().stream()
                    .mapToInt(completion -> completion.tokenIds().size())
                    .max()
                    .orElseThrow();
            count(learnt.searches(), longest, result.completions().stream().allMatch(Wave::endedByModel));
        }
    }

    /** All results are there. */
    void end(GenerationStats stats) {
        if (begun) {
            observeSteps(System.nanoTime(), stats);
            last = stats;
        }
    }

    /** Seconds before the first step. */
    double prefillSeconds() {
        return prefillSeconds;
    }

    /** Positions that were computed by then, at least 1. */
    long prefillPositions() {
        return Math.max(1, Costs.positions(sizes.values()));
    }

    /** Steps so far, at least 1. */
    long steps() {
        return Math.max(1, last.steps());
    }

    double secondsSinceStart() {
        return (System.nanoTime() - start) / 1e9;
    }

    private void observeSteps(long now, GenerationStats stats) {
        long steps = stats.steps() - last.steps();
        long rows = stats.liveRows() - last.liveRows();
        double before = last.steps() + (steps - 1) / 2.0;
        learnt.observeSteps(
                (now - lastNanos) / 1e9,
                steps,
                rows,
                rows * (meanTokens + before),
                stats.generatedTokens() - last.generatedTokens());
    }

    private static boolean endedByModel(Completion completion) {
        return completion.finishReason() == FinishReason.STOP;
    }

    private static void count(Lengths lengths, int tokens, boolean ended) {
        if (ended) {
            lengths.end(tokens);
        } else {
            lengths.cut(tokens);
        }
    }
}
