package io.promptmill.jobs.output;

import io.promptmill.Amount;
import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.parquet.PageCheck;
import io.promptmill.jobs.store.LocalFiles;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Takes stock of the chunks that an interrupted run has committed, as a Spark job that reads every file once: each must
 * hold a {@link ChunkRecord} of the run's plan and the very rows that the record tells of.
 */
public final class CommittedChunks {
    private static final int SHOWN_FILES = 3;

    /** A file that does not fit is read once more: it may have been garbled on its way here. */
    private static final int READINGS = 2;

    private CommittedChunks() {}

    /** The reports of these files, or a refusal that names the files which are not what their names say. */
    public static List<ChunkReport> check(JavaSparkContext spark, OutputFiles files, RunPlan plan, Set<String> names)
            throws RefusalException {
        if (names.isEmpty()) {
            return List.of();
        }
        Expected expected = new Expected(
                files.folder().toString(),
                plan.chunkPlan(),
                plan.fingerprint(),
                new SerializableConfiguration(spark.hadoopConfiguration()));
        List<Checked> checked = spark.parallelize(List.copyOf(names), names.size())
                .map(name -> checkFile(expected, name))
                .collect();
        List<String> unread =
                checked.stream().map(Checked::unread).filter(Objects::nonNull).toList();
        if (!unread.isEmpty()) {
            throw RefusalException.output(
                    "chunk_unread",
                    "--resume cannot read " + Amount.of(unread.size(), "file") + " in " + files.folder(),
                    shown(unread),
                    "try again when they can be read; do not remove them, they may be finished chunks of this run");
        }
        List<String> problems =
                checked.stream().map(Checked::problem).filter(Objects::nonNull).toList();
        if (!problems.isEmpty()) {
            throw new RefusalException(
                    ExitCode.OUTPUT_REFUSED,
                    new Problem(
                            "chunk_unusable",
                            "--resume finds " + Amount.of(problems.size(), "file") + " in " + files.folder()
                                    + " with no finished chunk of this run",
                            shown(problems),
                            "remove these files, then --resume computes their chunks anew"));
        }
        return checked.stream().map(Checked::report).toList();
    }

    /** Refuses files of earlier generations that cannot be read to their end. */
    public static void refuseDamaged(JavaSparkContext spark, OutputFiles files, Set<String> names)
            throws RefusalException {
        List<PageCheck.Share> shares = names.stream()
                .map(name -> PageCheck.Share.whole(files.path(name)))
                .toList();
        NavigableMap<String, String> damaged =
                PageCheck.of(spark, spark.hadoopConfiguration(), shares).damaged();
        if (!damaged.isEmpty()) {
            List<String> problems = damaged.entrySet().stream()
                    .limit(SHOWN_FILES)
                    .map(file -> new Path(file.getKey()).getName() + ": " + file.getValue())
                    .toList();
            throw RefusalException.output(
                    "generation_damaged",
                    "--output " + files.folder() + " holds " + Amount.of(damaged.size(), "damaged file")
                            + " of earlier generations",
                    String.join("; ", problems),
                    "restore them: their prompts cannot be told from new ones");
        }
    }

    private static Checked checkFile(Expected expected, String name) {
        Throwable failure = null;
        for (int reading = 0; reading < READINGS; reading++) {
            try {
                return new Checked(report(expected, name), null, null);
            } catch (Throwable e) { // whatever the Parquet reader makes of strange bytes
                Failures.throwIfFatal(e);
                failure = e;
            }
        }
        String problem = name + ": " + Failures.rootMessage(failure);
        return whyUnread(expected, name)
                .map(e -> new Checked(null, null, name + ": " + Failures.rootMessage(e)))
                .orElse(new Checked(null, problem, null));
    }

    // The Parquet reader's exceptions do not tell strange bytes from none.
    private static Optional<IOException> whyUnread(Expected expected, String name) {
        try {
            OutputFiles files = new OutputFiles(expected.folder, expected.hadoop.value());
            if (LocalFiles.isOrdinary(files.fileSystem(), files.path(name))) {
                try (InputStream in = files.open(name)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static String shown(List<String> files) {
        return String.join("; ", files.subList(0, Math.min(SHOWN_FILES, files.size())));
    }

    /** The report of one file; for strange bytes also any exception of the Parquet reader. */
    static ChunkReport report(Expected expected, String name) throws IOException {
        int chunk = expected.chunks.chunkIn(name).orElseThrow();
        Configuration hadoop = expected.hadoop.value();
        StoredChunk stored = StoredChunk.read(new OutputFiles(expected.folder, hadoop), name, hadoop);
        ChunkRecord record = stored.record();
        if (!record.fingerprint().equals(expected.fingerprint)) {
            throw new IOException("it belongs to a run with the fingerprint " + record.fingerprint());
        }
        if (record.chunk() != chunk) {
            throw new IOException("it is chunk " + record.chunk());
        }
        return ChunkReport.ofEarlierRun(chunk, stored.file(), record.counts());
    }

    /**
     * What the chunks must fit; travels with the task.
     *
     * @param folder the output folder with its file system
     * @param chunks names the files
     * @param fingerprint of the plan
     * @param hadoop the driver's Hadoop settings
     */
    record Expected(String folder, ChunkPlan chunks, String fingerprint, SerializableConfiguration hadoop)
            implements Serializable {}

    /** Either a report, or what is wrong with a file, or why it could not be read. */
    private record Checked(ChunkReport report, String problem, String unread) implements Serializable {}
}
