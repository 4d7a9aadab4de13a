package io.promptmill.jobs.output;

import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.spark.executor.AttemptJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one attempt at a chunk: a file among the temporary ones, there while prompts are in flight, and left
 * behind by an attempt whose executor ends. That of an executor which is alive counts for nothing, so that two attempts at
 * one chunk may go on at once, as with {@code spark.speculation}. Single-threaded.
 */
public final class ChunkJournal implements AttemptJournal, AutoCloseable {
    private static final Pattern NAME = Pattern.compile("journal-(\\d{5,6})-(.+)-(\\d+)\\.json");
    private static final Logger LOG = LoggerFactory.getLogger(ChunkJournal.class);

    private final OutputFiles files;
    private final int chunk;
    private final String name;

    /**
     * A journal of which nothing is there yet.
     *
     * @param executor whose end leaves it behind
     * @param attempt a number that no other attempt has
     */
    public ChunkJournal(OutputFiles files, int chunk, String executor, long attempt) {
        this.files = files;
        this.chunk = chunk;
        this.name = String.format(Locale.ROOT, "journal-%05d-%s-%d.json", chunk, executor, attempt);
    }

    /** That of the task on this thread. */
    public static ChunkJournal here(OutputFiles files, int chunk) {
        return new ChunkJournal(
                files, chunk, SparkEnv.get().executorId(), TaskContext.get().taskAttemptId());
    }

    @Override
    public List<InFlight> lost() {
        return lost(files, List.of(chunk));
    }

    /** What was in flight in attempts at these chunks whose executors have ended. */
    public static List<InFlight> lost(OutputFiles files, List<Integer> chunks) {
        List<InFlight> lost = new ArrayList<>();
        try {
            for (FileStatus status : files.fileSystem().listStatus(files.temporaryFolder())) {
                Matcher name = NAME.matcher(status.getPath().getName());
                if (name.matches() && chunks.contains(Integer.valueOf(name.group(1))) && hasEnded(name.group(2))) {
                    read(files, name.group()).ifPresent(lost::add);
                }
            }
        } catch (Exception e) { // Spark throws checked ones undeclared
            LOG.warn("What earlier attempts were lost with is not known: {}", e.getMessage());
        }
        return lost;
    }

    @Override
    public void note(InFlight now) {
        try {
            if (now.equals(InFlight.NOTHING)) {
                files.delete(files.path(OutputFiles.temporaryName(name)));
            } else {
                files.replaceTemporary(name, Json.writeCompact(now).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | FSError e) { // a full disk is an Error to Hadoop
            LOG.warn("The journal {} does not tell what is in flight: {}", name, e.getMessage());
        }
    }

    /** Removes the file: this attempt has come to an end of its own. */
    @Override
    public void close() {
        note(InFlight.NOTHING);
    }

    // Half a file is none: its executor ended while it wrote, when nothing was in flight yet.
    private static Optional<InFlight> read(OutputFiles files, String name) {
        try {
            return Optional.of(Json.read(files.read(OutputFiles.temporaryName(name)), InFlight.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the driver has no executor of that name any more. */
    private static boolean hasEnded(String executor) {
        return SparkEnv.get()
                .blockManager()
                .master()
                .getExecutorEndpointRef(executor)
                .isEmpty();
    }
}
