package io.promptmill.jobs;

import io.promptmill.Problem;
import io.promptmill.jobs.ChunkReport.WrittenFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Takes stock of the chunks that an interrupted run has committed, as a Spark job that reads every file once: each must
 * hold a {@link ChunkRecord} of the run's plan and the very rows that the record tells of.
 */
final class CommittedChunks {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int SHOWN_FILES = 3;

    private CommittedChunks() {}

    /** The reports of these files, or a refusal that names the files which are not what their names say. */
    static List<ChunkReport> check(JavaSparkContext spark, OutputFiles files, RunPlan plan, Set<String> names)
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
        List<String> problems =
                checked.stream().map(Checked::problem).filter(Objects::nonNull).toList();
        if (!problems.isEmpty()) {
            throw new RefusalException(
                    ExitCode.OUTPUT_REFUSED,
                    new Problem(
                            "chunk_unusable",
                            "--resume finds " + problems.size() + " files in " + files.folder()
                                    + " that are no finished chunks of this run",
                            String.join("; ", problems.subList(0, Math.min(SHOWN_FILES, problems.size()))),
                            "remove these files, then --resume computes their chunks anew"));
        }
        return checked.stream().map(Checked::report).toList();
    }

    private static Checked checkFile(Expected expected, String name) {
        try {
            return new Checked(report(expected, name), null);
        } catch (Exception e) { // whatever the Parquet reader makes of strange bytes
            return new Checked(null, name + ": " + Failures.rootMessage(e));
        }
    }

    /** The report of one file; for strange bytes also any exception of the Parquet reader. */
    static ChunkReport report(Expected expected, String name) throws IOException {
        int chunk = expected.chunks.chunkIn(name).orElseThrow();
        OutputFiles files = new OutputFiles(expected.folder, expected.hadoop.value());
        ParquetMetadata footer = footer(expected, files.path(name));
        Map<String, String> entries = footer.getFileMetaData().getKeyValueMetaData();
        String recorded = entries.get(ChunkRecord.KEY);
        if (recorded == null) {
            throw new IOException("its footer has no entry " + ChunkRecord.KEY);
        }
        ChunkRecord record = Json.read(recorded.getBytes(StandardCharsets.UTF_8), ChunkRecord.class);
        if (!record.fingerprint().equals(expected.fingerprint)) {
            throw new IOException("it belongs to a run with the fingerprint " + record.fingerprint());
        }
        if (record.chunk() != chunk) {
            throw new IOException("it is chunk " + record.chunk());
        }
        long rows = footer.getBlocks().stream()
                .mapToLong(BlockMetaData::getRowCount)
                .sum();
        return ChunkReport.ofEarlierRun(chunk, digested(files, name, record, rows), record.counts());
    }

    private static ParquetMetadata footer(Expected expected, Path file) throws IOException {
        try (ParquetFileReader reader =
                ParquetFileReader.open(HadoopInputFile.fromPath(file, expected.hadoop.value()))) {
            return reader.getFooter();
        }
    }

    private static WrittenFile digested(OutputFiles files, String name, ChunkRecord record, long rows)
            throws IOException {
        MessageDigest digest = Sha256.newDigest();
        String ofData = null;
        long bytes = 0;
        try (InputStream in = files.open(name)) {
            byte[] block = new byte[BLOCK_BYTES];
            while (true) {
                long toEndOfData = record.dataBytes() - bytes;
                int wanted = toEndOfData > 0 ? (int) Math.min(block.length, toEndOfData) : block.length;
                int read = in.read(block, 0, wanted);
                if (read < 0) {
                    break;
                }
                digest.update(block, 0, read);
                bytes += read;
                if (bytes == record.dataBytes()) {
                    ofData = HexFormat.of().formatHex(Sha256.copyOf(digest).digest());
                }
            }
        }
        if (!record.dataSha256().equals(ofData)) {
            throw new IOException(
                    "its rows have the SHA-256 " + ofData + " and were written with " + record.dataSha256());
        }
        return new WrittenFile(name, rows, bytes, HexFormat.of().formatHex(digest.digest()));
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

    /** Either a report or what is wrong with a file. */
    private record Checked(ChunkReport report, String problem) implements Serializable {}
}
