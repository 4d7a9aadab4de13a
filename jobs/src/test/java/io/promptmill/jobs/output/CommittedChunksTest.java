package io.promptmill.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.FlakyFileSystem;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommittedChunksTest {
    private static final RunPlan PLAN = TestPlans.plan(3);
    private static final StructType SCHEMA = new StructType().add("id", DataTypes.StringType);
    private static final String FIRST = "chunk-00000-of-00003.parquet";
    private static final String SECOND = "chunk-00001-of-00003.parquet";

    private final JavaSparkContext spark =
            JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

    @TempDir
    private Path folder;

    @Test
    void aCommittedChunkIsKnownAsItsOwnDriverKnewIt() throws Exception {
        WrittenFile first = write(0, PLAN.fingerprint(), "a", "b");
        WrittenFile second = write(1, PLAN.fingerprint(), "c");
        assertThat(check(FIRST, SECOND))
                .containsExactlyInAnyOrder(
                        ChunkReport.ofEarlierRun(0, first, new ChunkCounts(2, 0, 0, 7)),
                        ChunkReport.ofEarlierRun(1, second, new ChunkCounts(1, 0, 0, 7)));
    }

    @Test
    void filesOfOtherPlansAndOfOtherChunksAreRefusedByName() throws Exception {
        write(0, "another plan", "a");
        write(1, PLAN.fingerprint(), "c");
        Files.move(folder.resolve(SECOND), folder.resolve("chunk-00002-of-00003.parquet"));
        Files.writeString(folder.resolve(SECOND), "no Parquet");
        assertThatThrownBy(() -> check(FIRST, SECOND, "chunk-00002-of-00003.parquet"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("chunk_unusable: --resume finds 3 files in file:" + folder
                        + " with no finished chunk of this run, ")
                .hasMessageContaining(FIRST + ": it belongs to a run with the fingerprint another plan")
                .hasMessageContaining("chunk-00002-of-00003.parquet: it is chunk 1")
                .hasMessageContaining(SECOND + ": ")
                .hasMessageEndingWith(", remove these files, then --resume computes their chunks anew")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.OUTPUT_REFUSED);
    }

    @Test
    void nobodyIsToldToRemoveAChunkThatCouldNotBeRead() throws Exception {
        write(0, PLAN.fingerprint(), "a", "b");
        OutputFiles flaky = new OutputFiles("flaky:" + folder, FlakyFileSystem.register(spark.hadoopConfiguration()));
        try {
            FlakyFileSystem.every(1, FlakyFileSystem.Fault.OPEN_FAILS);
            assertThatThrownBy(() -> CommittedChunks.check(spark, flaky, PLAN, Set.of(FIRST)))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("chunk_unread: --resume cannot read 1 file in flaky:" + folder + ", " + FIRST
                            + ": the data nodes of " + FIRST
                            + " are away, try again when they can be read; do not remove"
                            + " them, they may be finished chunks of this run")
                    .extracting(e -> ((RefusalException) e).exitCode())
                    .isEqualTo(ExitCode.OUTPUT_REFUSED);
        } finally {
            FlakyFileSystem.every(1, FlakyFileSystem.Fault.NONE);
        }
        assertThat(CommittedChunks.check(spark, flaky, PLAN, Set.of(FIRST))).hasSize(1);
    }

    @Test
    void aFileWithoutARecordIsRefused() throws Exception {
        TestSpark.session()
                .range(3)
                .coalesce(1)
                .write()
                .parquet(folder.resolve("other").toString());
        try (var files = Files.list(folder.resolve("other"))) {
            Files.copy(
                    files.filter(file -> file.getFileName().toString().startsWith("part-"))
                            .findFirst()
                            .orElseThrow(),
                    folder.resolve(FIRST));
        }
        assertThatThrownBy(() -> check(FIRST))
                .hasMessageContaining(FIRST + ": its footer has no entry promptmill.chunk");
    }

    @Test
    void everyFlippedByteOfTheRowsAndEveryTruncationIsNoticed() throws Exception {
        write(0, PLAN.fingerprint(), "a", "b", "c");
        byte[] bytes = Files.readAllBytes(folder.resolve(FIRST));
        CommittedChunks.Expected expected = new CommittedChunks.Expected(
                folder.toString(),
                PLAN.chunkPlan(),
                PLAN.fingerprint(),
                new SerializableConfiguration(spark.hadoopConfiguration()));
        WrittenFile whole = CommittedChunks.report(expected, FIRST).file();
        int noticed = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= 0x10;
            noticed += changed(expected, flipped, whole) ? 1 : 0;
            assertThat(changed(expected, Arrays.copyOf(bytes, i), whole)).isTrue();
        }
        assertThat(noticed).isEqualTo(bytes.length);
    }

    /** Whether the file is refused, or at least has another digest than its writer has told. */
    private boolean changed(CommittedChunks.Expected expected, byte[] bytes, WrittenFile whole) throws IOException {
        Files.write(folder.resolve(FIRST), bytes);
        try {
            return !CommittedChunks.report(expected, FIRST).file().equals(whole);
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    private WrittenFile write(int chunk, String fingerprint, String... ids) throws IOException {
        try (ChunkWriter writer = new ChunkWriter(TestTargets.of(folder, 3, fingerprint, SCHEMA), chunk, "attempt")) {
            for (String id : ids) {
                writer.write(RowFactory.create(id));
            }
            return writer.commit(new ChunkCounts(ids.length, 0, 0, 7));
        }
    }

    private List<ChunkReport> check(String... names) throws Exception {
        return CommittedChunks.check(
                spark, new OutputFiles(folder.toString(), spark.hadoopConfiguration()), PLAN, Set.of(names));
    }
}
