package io.promptmill.jobs.lease;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one driver to write to an output folder: a numbered file that only one can create, kept alive by a
 * heartbeat. A driver that has been silent for {@link LeaseFile#STALE_AFTER}, or whose process has visibly ended, is succeeded by
 * whoever creates the next number; should it wake up, it finds that number and stops. Thread-safe.
 */
public final class Lease implements AutoCloseable {
    static final Duration HEARTBEAT_PERIOD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final OutputFiles files;
    private final LeaseTicket ticket;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-lease");
        thread.setDaemon(true);
        return thread;
    });

    private Lease(OutputFiles files, LeaseTicket ticket) {
        this.files = files;
        this.ticket = ticket;
    }

    /** Refuses a folder that a living driver holds. */
    public static void refuseIfHeld(OutputFiles files) throws RefusalException, IOException {
        refuseIfAlive(files, LeaseFile.latest(files));
    }

    /** Takes the folder, over from a dead driver if need be; {@link #keepAlive} is to follow. */
    public static Lease acquire(OutputFiles files) throws RefusalException, IOException {
        // The number must follow the very lease that was found dead: a fresh one may have appeared since.
        Optional<LeaseFile> latest = LeaseFile.latest(files);
        refuseIfAlive(files, latest);
        int term = latest.map(LeaseFile::term).orElse(0) + 1;
        LeaseHolder holder = LeaseHolder.here();
        Lease lease = new Lease(files, new LeaseTicket(term, holder.owner()));
        try {
            if (!files.claimIfAbsent(LeaseFile.name(term), Json.write(holder).getBytes(StandardCharsets.UTF_8))) {
                throw held(files, LeaseFile.latest(files), Duration.ZERO);
            }
            checkStore(files, LeaseFile.name(term));
            lease.check();
            new LeaseFile(term, Optional.of(holder)).deleteEarlier(files, LeaseFile.STALE_AFTER);
            return lease;
        } catch (LeaseLostException e) {
            files.delete(files.path(LeaseFile.name(term)));
            throw held(files, LeaseFile.latest(files), Duration.ZERO);
        } catch (IOException e) {
            lease.close(); // it may have been written all the same
            throw e;
        }
    }

    // Some stores of the S3 kind take the condition of a put and ignore it.
    private static void checkStore(OutputFiles files, String taken) throws IOException {
        if (files.claimIfAbsent(taken, new byte[0])) {
            files.delete(files.path(taken));
            throw new IOException("this store replaces an existing file where it was asked not to");
        }
    }

    private static void refuseIfAlive(OutputFiles files, Optional<LeaseFile> latest)
            throws RefusalException, IOException {
        if (latest.isEmpty()
                || latest.get().holder().filter(LeaseHolder::isDead).isPresent()) {
            return;
        }
        Duration silence = latest.get().silence(files);
        if (silence.compareTo(LeaseFile.STALE_AFTER) < 0) {
            throw held(files, latest, silence);
        }
    }

    /**
     * Gives signs of life from now on.
     *
     * @param whenLost called from another thread, again and again, once another driver has taken over
     */
    public void keepAlive(Runnable whenLost) {
        var unused = heart.scheduleWithFixedDelay(
                () -> beat(whenLost), 0, HEARTBEAT_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For tasks, which ask before they write. */
    public LeaseTicket ticket() {
        return ticket;
    }

    /** Fails where another driver has taken over; asked before anything final is written. */
    public void check() throws IOException {
        ticket.check(files);
    }

    /**
     * Clears the temporary folder and gives the output folder back; another driver's are left alone. What cannot be
     * removed now grows old by itself.
     */
    @Override
    public void close() {
        heart.shutdown();
        try {
            // A beat after the file was removed would leave its mark behind.
            var unused = heart.awaitTermination(HEARTBEAT_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            files.delete(LeaseFile.heartbeat(files, ticket.owner()));
            check();
            files.deleteTemporary();
            files.delete(files.path(LeaseFile.name(ticket.term())));
        } catch (LeaseLostException e) {
            LOG.debug("There is nothing to give back", e);
        } catch (IOException e) {
            LOG.warn("The lease of {} stays behind: {}", files.folder(), e.getMessage());
        }
    }

    private void beat(Runnable whenLost) {
        try {
            check();
            files.fileSystem()
                    .create(LeaseFile.heartbeat(files, ticket.owner()), true)
                    .close();
        } catch (LeaseLostException e) {
            whenLost.run();
        } catch (IOException e) {
            // The store may be back at the next beat; until then the lease grows old, as it should.
            LOG.warn("No heartbeat for {}: {}", files.folder(), e.getMessage());
        }
    }

    private static RefusalException held(OutputFiles files, Optional<LeaseFile> lease, Duration silence) {
        String who = lease.flatMap(LeaseFile::holder)
                .map(holder -> "process " + holder.pid() + " on " + holder.host())
                .orElse("a driver that cannot be named");
        return new RefusalException(
                ExitCode.OUTPUT_REFUSED,
                new Problem(
                        "output_in_use",
                        "--output " + files.folder() + " is being written by another run",
                        who + " gave a sign of life " + silence.toSeconds() + " s ago",
                        "wait until it has ended, or choose another output folder; a driver that is silent for "
                                + LeaseFile.STALE_AFTER.toSeconds() + " s is taken for dead"));
    }
}
