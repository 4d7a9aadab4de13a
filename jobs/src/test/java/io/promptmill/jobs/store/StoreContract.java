package io.promptmill.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Sha256;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.output.ChunkJournal;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.testing.TestTrainings;
import io.promptmill.jobs.versions.VersionWriter;
import io.promptmill.jobs.versions.VersionsFolder;
import io.promptmill.pretrained.ModelName;
import io.promptmill.spark.executor.AttemptJournal.InFlight;
import io.promptmill.spark.shipping.HadoopFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store must do; each subclass brings one. */
public abstract class StoreContract {
    private static final int RACERS = 4;
    private static final int RACES = 10;

    /** A folder of its own, with its file system. */
    abstract String newFolder();

    abstract Configuration hadoop();

    @Test
    void aFileAppearsWholeWithItsNameAndNothingElseIsLeft() throws Exception {
        OutputFiles files = files();
        try (PendingFile pending = files.begin("a/b.bin", "attempt")) {
            pending.stream().write(new byte[100_000]);
            assertThat(files.exists("a/b.bin")).isFalse();
            assertThat(pending.publish()).isTrue();
        }
        assertThat(sizes(files)).isEqualTo(Map.of("a/b.bin", 100_000L));
    }

    @Test
    void aFileThatIsClosedWithoutItsNameLeavesNothing() throws Exception {
        OutputFiles files = files();
        try (PendingFile pending = files.begin("a.bin", "attempt")) {
            pending.stream().write(1);
        }
        assertThat(sizes(files)).isEmpty();
    }

    @Test
    void aTakenNameIsNeverReplaced() throws Exception {
        OutputFiles files = files();
        assertThat(files.writeIfAbsent("a.bin", utf8("first"))).isTrue();
        try (PendingFile pending = files.begin("a.bin", "attempt")) {
            pending.stream().write(utf8("second"));
            assertThat(pending.publish()).isFalse();
        }
        assertThat(files.read("a.bin")).isEqualTo(utf8("first"));
        assertThat(files.writeIfAbsent("a.bin", utf8("second"))).isFalse();
        assertThat(files.writeIfAbsent("a.bin", utf8("first"))).isTrue();
        assertThat(sizes(files)).isEqualTo(Map.of("a.bin", 5L));
    }

    @Test
    void aVersionOfAModelIsFoundOnceItIsPublished() throws Exception {
        OutputFiles files = files();
        VersionsFolder folder = new VersionsFolder(files);
        ModelName latest = new ModelName(files.folder() + "@latest");
        HadoopFolders folders = new HadoopFolders(hadoop());
        assertThat(folder.versions().entries()).isEmpty();
        try (Lease lease = Lease.acquire(files)) {
            for (int number = 1; number <= 2; number++) {
                VersionWriter writer = folder.begin(lease);
                writer.write("config.json", utf8("{}"));
                assertThat(folder.versions().unfinished()).containsExactly("v" + number);
                writer.publish(TestTrainings.finished(number), "d0".repeat(32));
                assertThat(latest.location(folders)).isEqualTo(files.folder() + "/v" + number);
            }
        }
        assertThat(folder.runs()).containsExactly("20261128T154501Z-000007", "20261128T154502Z-000007");
    }

    @Test
    void ofWritersThatRaceForANameExactlyOneGetsIt() throws Exception {
        OutputFiles files = files();
        ExecutorService threads = Executors.newFixedThreadPool(RACERS);
        try {
            for (int race = 0; race < RACES; race++) {
                String name = "race-" + race;
                CyclicBarrier start = new CyclicBarrier(RACERS);
                List<Callable<Boolean>> racers = new ArrayList<>();
                for (int racer = 0; racer < RACERS; racer++) {
                    byte[] content = utf8("racer " + racer);
                    racers.add(() -> {
                        start.await();
                        return files.writeIfAbsent(name, content);
                    });
                }
                List<Integer> winners = new ArrayList<>();
                List<Future<Boolean>> ends = threads.invokeAll(racers);
                for (int racer = 0; racer < RACERS; racer++) {
                    if (ends.get(racer).get()) {
                        winners.add(racer);
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(files.read(name)).isEqualTo(utf8("racer " + winners.get(0)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aJournalTellsWhatWasNotedLastAndIsGoneWhenItIsClosed() throws Exception {
        TestSpark.session();
        OutputFiles files = files();
        InFlight many = new InFlight(Set.of("a", "b", "c"), false);
        InFlight one = new InFlight(Set.of("b"), true);
        ChunkJournal journal = new ChunkJournal(files, 5, "an executor that has ended", 17);
        assertThat(journal.lost()).isEmpty();
        journal.note(many);
        assertThat(journal.lost()).containsExactly(many);
        journal.note(one);
        assertThat(journal.lost()).containsExactly(one);
        journal.close();
        assertThat(journal.lost()).isEmpty();
        assertThat(sizes(files)).isEmpty();
    }

    @Test
    void aFolderIsHeldByOneDriverAndGivenBack() throws Exception {
        OutputFiles files = files();
        try (Lease lease = Lease.acquire(files)) {
            lease.keepAlive(() -> {});
            assertThatThrownBy(() -> Lease.acquire(files))
                    .hasMessageStartingWith("output_in_use: --output " + files.folder());
            lease.check();
        }
        assertThat(sizes(files)).isEmpty();
    }

    @Test
    void aRunIsInterruptedResumedAndEqualToOneOnLocalFiles(@TempDir Path local) throws Exception {
        String[] settings = {"--chunks=4", "--max-new-tokens=2", "--seed=3"};
        GenerateRuns runs = new GenerateRuns();
        runs.generate(GenerateRuns.PROMPTS, local.resolve("out"), settings);
        String folder = newFolder();
        OutputFiles files = new OutputFiles(folder, hadoop());
        runs.generate(() -> false, GenerateRuns.PROMPTS, folder, settings);
        Map<String, Long> finished = sizes(files);
        for (String gone :
                List.of("_SUCCESS", Manifest.FILE, "chunk-00001-of-00004.parquet", "chunk-00003-of-00004.parquet")) {
            files.delete(files.path(gone));
        }
        String[] resumed = {"--chunks=4", "--max-new-tokens=2", "--seed=3", "--resume"};
        assertThat(runs.generate(() -> false, GenerateRuns.PROMPTS, folder, resumed))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("2 of 4 chunks were there already");
        assertThat(sizes(files).keySet()).isEqualTo(finished.keySet());
        Map<String, String> expected = GenerateRuns.chunks(local.resolve("out"));
        assertThat(expected).hasSize(4);
        for (Map.Entry<String, String> chunk : expected.entrySet()) {
            assertThat(Sha256.ofStream(files.open(chunk.getKey()))).isEqualTo(chunk.getValue());
        }
        assertThat(TestSpark.session()
                        .read()
                        .parquet(folder)
                        .select("id")
                        .distinct()
                        .count())
                .isEqualTo(38);
    }

    private OutputFiles files() throws IOException {
        return new OutputFiles(newFolder(), hadoop());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** All files below a folder. */
    public static Map<String, Long> sizes(OutputFiles files) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        if (!files.fileSystem().exists(files.folder())) {
            return sizes;
        }
        RemoteIterator<LocatedFileStatus> all = files.fileSystem().listFiles(files.folder(), true);
        while (all.hasNext()) {
            FileStatus file = all.next();
            sizes.put(files.folder().toUri().relativize(file.getPath().toUri()).getPath(), file.getLen());
        }
        return sizes;
    }
}
