package io.promptmill.jobs;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;

/**
 * Notices that the process is asked to end (SIGTERM, Ctrl-C) while a run is under way: its Spark jobs are cancelled, the
 * run is given time to tidy up, and the process ends with the run's own exit code instead of the signal's. Thread-safe.
 */
final class Interruption {
    private static final long GRACE_SECONDS = 20;
    private static final long CANCEL_AGAIN_MILLIS = 500;

    // The hooks of one JVM run from the highest priority down; Spark's own come after 50, Hadoop's at 10.
    private static final int BEFORE_SPARK = FileSystem.SHUTDOWN_HOOK_PRIORITY + 90;
    private static final int AFTER_ALL = 0;

    private final SparkContext spark;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile ExitCode exitCode = ExitCode.INTERRUPTED;

    private Interruption(SparkContext spark) {
        this.spark = spark;
    }

    /** Watches from now on; {@link #runEnded} must follow. */
    static Interruption watch(SparkContext spark) {
        Interruption interruption = new Interruption(spark);
        ShutdownHookManager.get().addShutdownHook(interruption::cancelRun, BEFORE_SPARK);
        ShutdownHookManager.get().addShutdownHook(interruption::exit, AFTER_ALL);
        return interruption;
    }

    /** Whether the process was asked to end during the run. */
    boolean requested() {
        return requested;
    }

    /** The run has ended and said so; its exit code counts even when the process is already on its way out. */
    void runEnded(ExitCode code) {
        exitCode = code;
        ended.countDown();
    }

    private void cancelRun() {
        if (ended.getCount() == 0) {
            return; // an ordinary exit
        }
        requested = true;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        try {
            do {
                spark.cancelAllJobs(); // again and again: the next job may just have been about to start
            } while (!ended.await(CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            return; // the context has been stopped, and with it the jobs
        }
    }

    private void exit() {
        if (requested) {
            Runtime.getRuntime().halt(exitCode.number());
        }
    }
}
