package io.promptmill.jobs.training;

import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.tracking.JsonLines;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run has measured and sampled so far, in files for those who look while it trains: whole ones, written anew at every
 * checkpoint, and between checkpoints so seldom that a hundredth of the time goes into it at most. Single-threaded; used by the
 * one task that trains.
 */
final class RunMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(RunMetrics.class);
    private static final long SHORTEST_PAUSE = TimeUnit.SECONDS.toNanos(10);
    private static final int PAUSES_PER_WRITE = 100;

    private final OutputFiles files;
    private final LeaseTicket lease;
    private final String run;
    private final LongSupplier clock;
    private long nextTime;

    /**
     * The files of a run.
     *
     * @param files of the model's folder
     * @param lease asked before anything is written
     * @param run its folder there
     * @param clock nanoseconds since any time
     */
    RunMetrics(OutputFiles files, LeaseTicket lease, String run, LongSupplier clock) {
        this.files = files;
        this.lease = lease;
        this.run = run;
        this.clock = clock;
        this.nextTime = clock.getAsLong() + SHORTEST_PAUSE;
    }

    /** Writes them if it is time to. */
    void grow(TrainingHistory history) throws IOException {
        if (clock.getAsLong() - nextTime >= 0) {
            write(history);
        }
    }

    /**
     * Writes them. Where that fails the training goes on without: they are there to be looked at, and the driver writes them
     * once more at the end.
     */
    void write(TrainingHistory history) throws IOException {
        long start = clock.getAsLong();
        TrainerState state = history.state();
        lease.check(files);
        try {
            files.replace(run + "/" + RunTarget.METRICS, JsonLines.write(state.metrics()));
            files.replace(run + "/" + RunTarget.SAMPLES, JsonLines.write(state.samples()));
        } catch (IOException e) {
            LOG.warn("{} is not up to date: {}", files.path(run + "/" + RunTarget.METRICS), e.getMessage());
        }
        long end = clock.getAsLong();
        nextTime = end + Math.max(SHORTEST_PAUSE, PAUSES_PER_WRITE * (end - start));
    }
}
