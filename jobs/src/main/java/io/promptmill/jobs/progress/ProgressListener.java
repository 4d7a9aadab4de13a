package io.promptmill.jobs.progress;

import io.promptmill.jobs.progress.ProgressDisplay.Shown;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.JavaConverters;

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
        JavaConverters.seqAsJavaList(update.accumUpdates())
                .forEach(task -> running.put((Long) task._1(), counted(JavaConverters.seqAsJavaList(task._4()))));
        observer.accept(progress());
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        running.remove(end.taskInfo().taskId());
        if (end.taskInfo().successful()) {
            finished = finished.plus(
                    counted(JavaConverters.seqAsJavaList(end.taskInfo().accumulables())));
        }
        observer.accept(progress());
    }

    private static Progress counted(Iterable<AccumulableInfo> accumulables) {
        Progress progress = Progress.NONE;
        for (AccumulableInfo info : accumulables) {
            if (info.name().isDefined() && info.update().isDefined()) {
                String name = info.name().get();
                if (name.equals(LiveCounts.PROMPTS)) {
                    progress = progress.plus(new Progress((Long) info.update().get(), 0));
                } else if (name.equals(LiveCounts.TOKENS)) {
                    progress =
                            progress.plus(new Progress(0, (Long) info.update().get()));
                }
            }
        }
        return progress;
    }

    /**
     * How far a run is.
     *
     * @param prompts prompts that have an outcome
     * @param tokens generated tokens
     */
    public record Progress(long prompts, long tokens) {
        static final Progress NONE = new Progress(0, 0);

        /** For the display: prompts, and the rate of tokens. */
        public Shown shown(double seconds) {
            return new Shown(prompts, String.format(Locale.ROOT, "%,.0f tokens/s", tokens / seconds));
        }

        Progress plus(Progress other) {
            return new Progress(prompts + other.prompts, tokens + other.tokens);
        }
    }
}
