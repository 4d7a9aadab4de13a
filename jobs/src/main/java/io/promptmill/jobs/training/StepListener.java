package io.promptmill.jobs.training;

import io.promptmill.jobs.progress.ProgressDisplay.Shown;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.Locale;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;

/**
 * Reads the {@link LiveProgress} of the training task from its executor's heartbeats: an accumulator itself changes on the
 * driver only when a task ends. Thread-safe.
 */
final class StepListener extends SparkListener {
    private volatile Reading latest = new Reading(0, 0, Double.NaN);

    /** Where the task was at a heartbeat. */
    private record Reading(long steps, long tokens, double loss) {}

    /** For the display: steps that the task has done, its tokens and its loss. */
    Shown shown() {
        Reading now = latest;
        String doing = now.steps == 0
                ? "training, no step done yet"
                : String.format(Locale.ROOT, "training, loss %.3f", now.loss);
        return new Shown(doing, now.steps, now.tokens);
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        ScalaCollections.javaList(update.accumUpdates()).forEach(task -> read(ScalaCollections.javaList(task._4())));
    }

    private void read(Iterable<AccumulableInfo> accumulables) {
        Reading reading = latest;
        for (AccumulableInfo info : accumulables) {
            if (info.name().isDefined() && info.update().isDefined()) {
                Object value = info.update().get();
                reading = switch (info.name().get()) {
                    case LiveProgress.STEPS -> new Reading((Long) value, reading.tokens, reading.loss);
                    case LiveProgress.TOKENS -> new Reading(reading.steps, (Long) value, reading.loss);
                    case LiveProgress.LOSS -> new Reading(reading.steps, reading.tokens, (Double) value);
                    default -> reading;
                };
            }
        }
        latest = reading;
    }
}
