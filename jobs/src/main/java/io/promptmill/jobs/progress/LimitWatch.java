package io.promptmill.jobs.progress;

import io.promptmill.jobs.progress.ProgressListener.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/** Ends a run that has come to one of its {@link RunLimits}. Thread-safe. */
public final class LimitWatch implements AutoCloseable {
    private static final long CANCEL_AGAIN_MILLIS = 500;

    private final RunLimits limits;
    private final SparkContext spark;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-limits");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String reached;

    private LimitWatch(RunLimits limits, SparkContext spark) {
        this.limits = limits;
        this.spark = spark;
    }

    /** Starts the clock; jobs of that Spark are cancelled when the time is over. */
    public static LimitWatch start(RunLimits limits, SparkContext spark) {
        LimitWatch watch = new LimitWatch(limits, spark);
        limits.maxTime().ifPresent(watch::schedule);
        return watch;
    }

    /** The limit that was reached, in words. */
    public Optional<String> reached() {
        return Optional.ofNullable(reached);
    }

    /** Whether no further chunk should begin after so much progress. */
    public boolean exhausted(Progress progress) {
        if (limits.maxTokens().isEmpty()
                || progress.tokens() < limits.maxTokens().getAsLong()) {
            return false;
        }
        reached = "--max-tokens " + limits.maxTokens().getAsLong() + " reached";
        return true;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void schedule(Duration time) {
        // Again and again: the next job may just have been about to start.
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    reached = "--max-time " + ProgressDisplay.duration(time.toMillis() / 1e3) + " over";
                    spark.cancelAllJobs();
                },
                time.toMillis(),
                CANCEL_AGAIN_MILLIS,
                TimeUnit.MILLISECONDS);
    }
}
