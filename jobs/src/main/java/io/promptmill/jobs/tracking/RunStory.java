package io.promptmill.jobs.tracking;

import io.promptmill.jobs.counts.UserCounts;
import java.util.List;
import java.util.Objects;

/**
 * All that is told of a run, on its page and on the card of its model. Immutable.
 *
 * @param run what was asked for, and what came of it
 * @param metrics by step
 * @param samples by step
 * @param counts a row a user, empty where the data has none
 * @param lineage where data and models came from
 */
public record RunStory(
        RunRecord run, List<Metric> metrics, List<Sample> samples, List<UserCounts> counts, Lineage lineage) {
    public RunStory {
        Objects.requireNonNull(run, "run");
        metrics = List.copyOf(metrics);
        samples = List.copyOf(samples);
        counts = List.copyOf(counts);
        Objects.requireNonNull(lineage, "lineage");
    }

    /**
     * The counts that others may see: of those from whom something was learned. Who opted out is not named.
     */
    public List<UserCounts> shownCounts() {
        return counts.stream().filter(user -> user.kept() > 0).toList();
    }

    /** What the model gave when it was shown last, in the order in which it came. */
    public List<Sample> lastSamples() {
        long last = samples.stream().mapToLong(Sample::step).max().orElse(0);
        return samples.stream().filter(sample -> sample.step() == last).toList();
    }
}
