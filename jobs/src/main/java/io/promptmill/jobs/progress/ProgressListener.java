package io.promptmill.jobs.progress;

import io.promptmill.jobs.progress.ProgressDisplay.Shown;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Reads the {@link LiveCounts} of running tasks from the executors' heartbeats: an accumulator itself changes on the
 * driver only when a task ends. Thread-safe.
 */
public final class ProgressListener extends SparkListener {
    private final Consumer<Progress> observer;
    private final Map<Long, Progress> running = new HashMap<>();
    private Progress finished = Progress.NONE;

    /** A listener; {@code observer} is told of all progress, from Spark's thread for listeners. */
    public ProgressListener(Consumer<Progress> observer) {
        this.observer = observer;
    }

    /** What all tasks have done so far. */
    public synchronized Progress progress() {
        return running.values().stream().reduce(finished, Progress::plus);
    }

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        ScalaCollections.javaList(update.accumUpdates())
                .forEach(task -> running.put((Long) task._1(), counted(ScalaCollections.javaList(task._4()))));
        observer.accept(progress());
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        running.remove(end.taskInfo().taskId());
        if (end.taskInfo().successful()) {
            finished = finished.plus(
                    counted(ScalaCollections.javaList(end.taskInfo().accumulables())));
        }
        observer.accept(progress());
    }

    private static Progress counted(Iterable<AccumulableInfo> accumulables) {
        Progress progress = Progress.NONE;
        for (AccumulableInfo info : accumulables) {
            if (info.name().isDefined() && info.update().isDefined()) {
                String name = info.name().get();
                long value = info.update().get() instanceof Long count ? count : 0;
                progress = switch (name) {
                    case LiveCounts.PROMPTS -> progress.plus(new Progress(value, 0, 0));
                    case LiveCounts.TOKENS -> progress.plus(new Progress(0, value, 0));
                    case LiveCounts.COMPUTED -> progress.plus(new Progress(0, 0, value));
                    default -> progress;
                };
            }
        }
        return progress;
    }

    /**
     * How far a run is.
     *
     * @param prompts prompts that have an outcome
     * @param tokens generated tokens of those prompts
     * @param computed tokens computed, also those of prompts in flight
     */
    public record Progress(long prompts, long tokens, long computed) {
        static final Progress NONE = new Progress(0, 0, 0);

        /** For the display: before the first step tasks fetch and load the model. */
        public Shown shown() {
            return new Shown(prompts + computed == 0 ? "loading the model" : "generating", prompts, computed);
        }

        Progress plus(Progress other) {
            return new Progress(prompts + other.prompts, tokens + other.tokens, computed + other.computed);
        }
    }
}
