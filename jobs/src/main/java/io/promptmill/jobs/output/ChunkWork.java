package io.promptmill.jobs.output;

import io.promptmill.model.CpuCapability;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.apache.spark.SparkEnv;

/**
 * When and where a chunk was computed, by the clock of that machine.
 *
 * @param place the executor
 * @param begun when its task began
 * @param ended when its file was written
 */
public record ChunkWork(Place place, Instant begun, Instant ended) implements Serializable {
    public ChunkWork {
        Objects.requireNonNull(place, "place");
        if (ended.isBefore(begun)) { // a clock was set
            ended = begun;
        }
    }

    /** That of the task on this thread, which ends now. */
    public static ChunkWork here(Instant begun) {
        return new ChunkWork(Place.here(), begun, now());
    }

    /** In milliseconds. */
    public static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Seconds that it took. */
    public double seconds() {
        return Duration.between(begun, ended).toMillis() / 1e3;
    }

    /**
     * An executor of a driver.
     *
     * @param application Spark's id of what the driver ran
     * @param executor its id there
     * @param host the machine it was on
     * @param cpuCapability {@link CpuCapability} of that machine
     */
    public record Place(String application, String executor, String host, String cpuCapability)
            implements Serializable {
        public Place {
            Objects.requireNonNull(application, "application");
            Objects.requireNonNull(executor, "executor");
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(cpuCapability, "cpuCapability");
        }

        private static Place here() {
            SparkEnv spark = SparkEnv.get();
            return new Place(
                    spark.conf().getAppId(),
                    spark.executorId(),
                    spark.blockManager().blockManagerId().host(),
                    CpuCapability.ofThisMachine());
        }
    }
}
