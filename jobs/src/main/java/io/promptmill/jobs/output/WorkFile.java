package io.promptmill.jobs.output;

import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link RunWork} while chunks are computed: a minute after one is done at the latest, and when it is closed. What
 * earlier drivers have told stays. No failure of the file ends a run. Thread-safe.
 */
public final class WorkFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFile.class);
    private static final int SECONDS = 60;

    private final OutputFiles files;
    private final RunPlan plan;
    private final LeaseTicket lease;
    private final ConcurrentNavigableMap<Integer, ChunkWork> chunks = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-work-file");
        thread.setDaemon(true);
        return thread;
    });
    /** Null until it is. */
    private byte[] written;

    private boolean complete;

    private WorkFile(OutputFiles files, RunPlan plan, LeaseTicket lease) {
        this.files = files;
        this.plan = plan;
        this.lease = lease;
        read(files, plan).ifPresent(earlier -> chunks.putAll(earlier.byChunk()));
        var unused = timer.scheduleWithFixedDelay(this::write, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /** That of a run which has begun. */
    public static WorkFile open(OutputFolder folder, RunPlan plan) {
        return new WorkFile(folder.files(), plan, folder.lease());
    }

    /** What the drivers of a run have told; empty where there is nothing that can be read, or of another run. */
    static Optional<RunWork> read(OutputFiles files, RunPlan plan) {
        try {
            return files.find(RunWork.file(plan.generation()))
                    .map(WorkFile::parsed)
                    .filter(work -> work.fingerprint().equals(plan.fingerprint()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("What is told of the work in {} cannot be read: {}", files.folder(), e.getMessage());
            return Optional.empty();
        }
    }

    private static RunWork parsed(byte[] json) {
        try {
            return RunWork.parse(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** These chunks are done. */
    public void add(List<ChunkReport> reports) {
        reports.stream()
                .filter(report -> report.work() != null)
                .forEach(report -> chunks.put(report.chunk(), report.work()));
    }

    /** No more are to come: the file will be there even if nobody could tell of any. */
    public synchronized void complete() {
        complete = true;
    }

    private synchronized void write() {
        byte[] content =
                Json.writeCompact(RunWork.of(plan.fingerprint(), chunks)).getBytes(StandardCharsets.UTF_8);
        if ((chunks.isEmpty() && !complete) || Arrays.equals(content, written)) {
            return;
        }
        try {
            lease.check(files);
            files.replace(RunWork.file(plan.generation()), content);
            written = content;
        } catch (IOException | RuntimeException | FSError e) { // a full disk is an Error to Hadoop
            LOG.warn("What is told of the work in {} is not up to date: {}", files.folder(), e.getMessage());
        }
    }

    /** Writes what is not written yet. */
    @Override
    public void close() {
        timer.shutdownNow();
        write();
    }
}
