package io.promptmill.spark.executor;

import io.promptmill.model.Watchdog;
import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends this JVM when a call of the network hangs. Spark then runs the tasks of the executor again, a bounded number of
 * times. Where the driver is in the same process, the run ends with it, and its finished chunks stay.
 */
final class ExecutorWatchdog {
    /** Spark property: how long one call of the network may take, e.g. {@code 10min}. */
    static final String LIMIT = "spark.promptmill.callTimeout";

    private static final String DEFAULT_LIMIT = "10min";
    private static final int EXIT_CODE = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorWatchdog.class);

    private ExecutorWatchdog() {}

    /** The watchdog that the settings of this JVM's Spark ask for. */
    static Watchdog start() {
        SparkEnv env = SparkEnv.get();
        SparkConf conf = env == null ? new SparkConf() : env.conf();
        Duration limit = Duration.ofMillis(conf.getTimeAsMs(LIMIT, DEFAULT_LIMIT));
        return new Watchdog(limit, call -> endJvm(call, limit));
    }

    private static void endJvm(String call, Duration limit) {
        LOG.error(
                "The network's {} has not returned for {} ms ({}). This process ends, since nothing else ends native"
                        + " code: Spark repeats the tasks of an executor, and a run in a single process goes on with"
                        + " --resume.",
                call,
                limit.toMillis(),
                LIMIT);
        // Not exit: its hooks would wait for the thread that hangs.
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
