package io.promptmill.jobs.session;

import io.promptmill.jobs.failure.ExitCode;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;
import org.apache.spark.util.SignalUtils;

/**
 * Watches over the end of the process while a run is under way. Asked to end (SIGTERM, SIGHUP, Ctrl-C), the run's Spark
 * jobs are cancelled and the run is given time to tidy up; so they are where Spark itself ends the process, as it does
 * when a task runs out of memory in the driver's JVM, but only the former is an interruption. The process ends with the
 * run's own exit code instead of the signal's or Spark's. Thread-safe.
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
    private volatile boolean endsEarly;
    /** Null until the run has ended. */
    private volatile ExitCode exitCode;

    private Interruption(SparkContext spark) {
        this.spark = spark;
    }

    /** Watches from now on; {@link #runEnded} must follow. */
    static Interruption watch(SparkContext spark) {
        Interruption interruption = new Interruption(spark);
        for (String signal : List.of("TERM", "INT", "HUP")) {
            SignalUtils.register(signal, () -> {
                interruption.requested = interruption.ended.getCount() > 0;
                return false; // the JVM goes on to end, by its hooks
            });
        }
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
        endsEarly = true;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        try {
            // A failure that ends the process ends the run, too, and tells more than a cancelled job.
            boolean over = !requested && ended.await(CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            while (!over && System.nanoTime() < deadline) {
                spark.cancelAllJobs(); // again and again: the next job may just have been about to start
                over = ended.await(CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            return; // the context has been stopped, and with it the jobs
        }
    }

    private void exit() {
        if (endsEarly) {
            ExitCode unfinished = requested ? ExitCode.INTERRUPTED : ExitCode.OTHER_FAILURE;
            Runtime.getRuntime().halt((exitCode == null ? unfinished : exitCode).number());
        }
    }
}
