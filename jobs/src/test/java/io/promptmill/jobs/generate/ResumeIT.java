package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.lease.LeaseFile;
import io.promptmill.jobs.lease.LeaseHolder;
import io.promptmill.jobs.lease.LeaseLostException;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.ReportFile;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.BrokenModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SaveMode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was interrupted, wherever it was, ends as an undisturbed one, and never as a mixture of two. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeIT {
    private static final List<String> OPTIONS =
            List.of("--chunks=6", "--seed=7", "--do-sample", "--max-new-tokens=6", "--num-return-sequences=2");

    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    private final GenerateRuns runs = new GenerateRuns();

    private Path input;
    private Path undisturbed;

    @TempDir
    private Path temp;

    private Path output;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        input = Files.copy(Path.of(GenerateRuns.PROMPTS), shared.resolve("prompts.parquet"));
        undisturbed = shared.resolve("undisturbed");
        output = undisturbed;
        assertThat(generate()).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(undisturbed)).hasSize(6);
    }

    @BeforeEach
    void copyUndisturbed() throws IOException {
        output = temp.resolve("out");
        GenerateRuns.copy(undisturbed, output);
    }

    @Tag("spark")
    @ParameterizedTest
    @ValueSource(strings = {"0", "2,5", "0,1,2,3,4,5", ""})
    void onlyMissingChunksAreComputedAndTheFolderEndsAsAnUndisturbedOne(String missing) throws Exception {
        interrupt(missing);
        List<String> kept = List.copyOf(GenerateRuns.chunks(output).keySet());
        for (String name : kept) {
            Files.setLastModifiedTime(output.resolve(name), LONG_AGO);
        }
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
        for (String name : kept) {
            assertThat(Files.getLastModifiedTime(output.resolve(name))).isEqualTo(LONG_AGO);
        }
        if (kept.isEmpty()) {
            assertThat(runs.out()).doesNotContain("were there already");
        } else {
            assertThat(runs.out()).contains(kept.size() + " of 6 chunks were there already");
        }
    }

    @Test
    void aDriverThatDiedBetweenManifestAndSuccessIsFinished() throws Exception {
        Map<String, String> before = GenerateRuns.files(output);
        Files.delete(output.resolve("_SUCCESS"));
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        Map<String, String> finished = GenerateRuns.files(output);
        for (Map<String, String> files : List.of(before, finished)) {
            assertThat(files.remove(ReportFile.NAME)).isNotNull(); // it names the folder, which was copied
        }
        assertThat(finished).isEqualTo(before);
    }

    @Test
    void aFinishedRunSaysSoAndIsLeftAsItIs() throws Exception {
        Map<String, String> before = GenerateRuns.files(output);
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out())
                .startsWith("The run in file:" + output
                        + " is finished, there is nothing to compute: 38 prompts: 31 ok, 7 rejected, 0 failed"
                        + System.lineSeparator() + "  ")
                .containsPattern(" rejected, the first is \\S+: prompt_too_long: ");
        assertThat(GenerateRuns.files(output)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--resume", "--append"})
    void aFinishedFolderIsClearedOfWhatADriverLeftThatDiedAfterSuccess(String option) throws Exception {
        Map<String, String> before = GenerateRuns.files(output);
        for (String name : List.of(LeaseFile.name(3), "_promptmill/claim-forgotten", "_promptmill/tmp/heartbeat")) {
            Path left = output.resolve(name);
            Files.createDirectories(left.getParent());
            Files.writeString(left, Json.write(LeaseHolder.here()));
            Files.setLastModifiedTime(left, LONG_AGO);
        }
        assertThat(generate(option)).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.files(output)).isEqualTo(before);
        assertThat(output.resolve("_promptmill/tmp")).doesNotExist();
    }

    @Test
    void aResumeWhereNothingIsStarts() throws Exception {
        output = temp.resolve("fresh");
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
    }

    @Tag("spark")
    @Test
    void aRunWhoseJobsWereCancelledIsContinued() throws Exception {
        output = temp.resolve("cancelled");
        AtomicBoolean interrupted = new AtomicBoolean();
        SparkContext spark = TestSpark.session().sparkContext();
        Runnable cancel = () -> {
            interrupted.set(true);
            spark.cancelAllJobs();
        };
        afterFirstChunk(cancel, () -> {
            assertThat(runs.generate(interrupted::get, input.toString(), output.toString(), options()))
                    .isEqualTo(ExitCode.INTERRUPTED);
        });
        assertThat(runs.err())
                .containsPattern("promptmill: interrupted: file:\\S+ holds [1-5] finished of 6 chunks,"
                        + " the same command with --resume continues");
        assertInterruptedCleanly();
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
    }

    @Test
    void maxTokensFinishesTheChunksInWorkAndBeginsNoOther() throws Exception {
        output = temp.resolve("limited");
        int commands = 0;
        ExitCode code = ExitCode.INTERRUPTED;
        while (code == ExitCode.INTERRUPTED) {
            int before = GenerateRuns.chunks(output).size();
            code = generate("--resume", "--max-tokens=1");
            commands++;
            assertThat(GenerateRuns.chunks(output)).hasSizeGreaterThan(before);
            if (code == ExitCode.INTERRUPTED) {
                assertThat(runs.err())
                        .containsPattern("promptmill: --max-tokens 1 reached: file:\\S+ holds [1-5] finished of 6"
                                + " chunks, the same command with --resume continues");
                assertInterruptedCleanly();
            }
        }
        assertThat(code).isEqualTo(ExitCode.DONE);
        assertThat(commands).isGreaterThan(1);
        assertFinishedAsUndisturbed();
    }

    @Test
    void maxTimeEndsTheRunAtWhateverItDoes() throws Exception {
        output = temp.resolve("long");
        assertThat(runs.generate(
                        input.toString(),
                        output,
                        "--max-time=1s",
                        "--slots=1",
                        "--num-return-sequences=50",
                        "--do-sample",
                        "--chunks=400",
                        "--overwrite"))
                .isEqualTo(ExitCode.INTERRUPTED);
        assertThat(runs.err())
                .contains("promptmill: --max-time 1 s over: ")
                .contains(", the same command with --resume instead of --overwrite continues");
        // On a slow machine the time may be over before the plan is written.
        assertThat(GenerateRuns.files(output).keySet())
                .allMatch(name -> name.equals(RunPlan.FILE)
                        || name.equals("_promptmill/work.json")
                        || ChunkPlan.isFileName(name));
    }

    @Test
    void aDriverThatWasTakenForDeadStopsBeforeItsManifestAndTheOtherFinishes() throws Exception {
        output = temp.resolve("zombie");
        OutputFiles files = new OutputFiles(output.toString(), new Configuration());
        List<Lease> successor = new ArrayList<>();
        Runnable takeOver = () -> {
            try {
                for (String name : GenerateRuns.files(output).keySet()) {
                    Files.setLastModifiedTime(output.resolve(name), LONG_AGO);
                }
                successor.add(Lease.acquire(files));
            } catch (IOException | RefusalException e) {
                throw new IllegalStateException(e);
            }
        };
        afterFirstChunk(takeOver, () -> {
            assertThatThrownBy(this::generate)
                    .isInstanceOf(RunFailedException.class)
                    .hasCauseInstanceOf(LeaseLostException.class)
                    .hasMessageStartingWith("Another run has taken over file:" + output);
        });
        assertThat(GenerateRuns.chunks(output)).hasSizeBetween(1, 5);
        assertThat(GenerateRuns.files(output).keySet()).doesNotContain(Manifest.FILE, "_SUCCESS");
        successor.get(0).check();
        successor.get(0).close();
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
    }

    @RepeatedTest(4)
    void ofTwoDriversThatStartTogetherOneWritesAndTheOtherIsRefusedOrFindsItDone() throws Exception {
        output = temp.resolve("raced");
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<Object> driver = () -> {
            GenerateRuns own = new GenerateRuns();
            start.await();
            try {
                return own.generate(input.toString(), output, options("--resume"));
            } catch (RefusalException e) {
                assertThat(e).hasMessageMatching("output_(in_use|taken): .*");
                return e.exitCode();
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Object> ends = new ArrayList<>();
            for (Future<Object> end : threads.invokeAll(List.of(driver, driver))) {
                ends.add(end.get());
            }
            assertThat(ends).contains(ExitCode.DONE).isSubsetOf(ExitCode.DONE, ExitCode.OUTPUT_REFUSED);
        } finally {
            threads.shutdownNow();
        }
        assertFinishedAsUndisturbed();
    }

    @Test
    void whatCannotChangeARowMayChange() throws Exception {
        interrupt("1,3");
        Path model = Files.createDirectory(temp.resolve("model"));
        SampleModel.copyTo(model);
        assertThat(generate("--resume", "--slots=5", "--model=" + model)).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seed=7 | --seed=8 | seed was 7 and is now 8",
                "--max-new-tokens=6 | --max-length=6 | max-length was absent and is now 6; max-new-tokens was 6 and is now absent",
                "--chunks=6 | --chunks=7 | chunks was 6 and is now 7",
                "--do-sample | --do-sample --top-k=4 --temperature=0.5 | temperature was 1.0 and is now 0.5; top-k was 50 and is now 4",
                "--do-sample | --do-sample --logprobs | token-logprobs was omitted and is now included; output column error was number 11, string and is now number 12, string; output column",
                "--do-sample | --do-sample --output-prefix=pm_ | output-prefix was empty and is now pm_; output column",
            })
    void whatCanChangeARowIsRefusedWithBothValues(String given, String instead, String difference) throws Exception {
        interrupt("1,3");
        List<String> options = new ArrayList<>(OPTIONS);
        options.remove(given);
        options.addAll(List.of(instead.split(" ")));
        refused("resume_differs: --resume cannot continue the run in file:" + output + ": " + difference, options);
    }

    @Test
    void anotherModelIsRefusedByItsDigest() throws Exception {
        interrupt("1");
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("--model=" + BrokenModel.atPosition(40, temp.resolve("model")));
        refused(
                "resume_differs: --resume cannot continue the run in file:" + output + ": digest of the model was ",
                options);
    }

    @Test
    void anotherTokenizerIsRefusedByItsDigest() throws Exception {
        interrupt("1");
        Path model = Files.createDirectory(temp.resolve("model"));
        SampleModel.copyTo(model);
        Path tokenizer = model.resolve("tokenizer.json");
        String text = Files.readString(tokenizer);
        String other = text.replaceFirst("\"add_prefix_space\": false", "\"add_prefix_space\": true");
        assertThat(other).isNotEqualTo(text);
        Files.writeString(tokenizer, other);
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("--model=" + model);
        refused(
                "resume_differs: --resume cannot continue the run in file:" + output + ": digest of the model was ",
                options);
    }

    @Test
    void anotherInputIsRefusedByFileEvenWhenOnlyItsTimeDiffers() throws Exception {
        interrupt("1");
        FileTime time = Files.getLastModifiedTime(input);
        try {
            Files.setLastModifiedTime(input, LONG_AGO);
            refused(
                    "resume_differs: --resume cannot continue the run in file:" + output + ": input file file:" + input
                            + " was " + Files.size(input) + " bytes of ",
                    OPTIONS);
        } finally {
            Files.setLastModifiedTime(input, time);
        }
    }

    @Test
    void aColumnAddedDroppedRenamedOrRetypedInTheInputIsRefusedByItsName() throws Exception {
        Path drifting = temp.resolve("in");
        rewrite(drifting, "id, prompt, id as year");
        output = temp.resolve("drifted");
        assertThat(runs.generate(drifting.toString(), output, "--max-new-tokens=1"))
                .isEqualTo(ExitCode.DONE);
        Files.delete(output.resolve("_SUCCESS"));
        Map<String, String> drifts = Map.of(
                "id, prompt, id as year, 'x' as note",
                "output column note was absent and is now number 13, string; input file ",
                "id, prompt",
                "output column year was number 12, long and is now absent; input file ",
                "id, prompt, id as age",
                "output column age was absent and is now number 12, long; output column year was number 12, long and is"
                        + " now absent; input file ",
                "id, prompt, cast(id as int) as year",
                "output column year was number 12, long and is now number 12, integer; input file ",
                "cast(id as string) as id, prompt, id as year",
                "output column id was number 0, long and is now number 0, string; input file ");
        for (Map.Entry<String, String> drift : drifts.entrySet()) {
            rewrite(drifting, drift.getKey());
            refused(
                    drifting,
                    "resume_differs: --resume cannot continue the run in file:" + output + ": " + drift.getValue(),
                    List.of("--max-new-tokens=1"));
        }
    }

    @Test
    void aDamagedChunkIsRefusedByNameAndComputedAnewWhenItIsRemoved() throws Exception {
        interrupt("1");
        Path damaged = output.resolve("chunk-00003-of-00006.parquet");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[100] ^= 1;
        Files.write(damaged, bytes);
        refused(
                "chunk_unusable: --resume finds 1 file in file:" + output
                        + " with no finished chunk of this run, chunk-00003-of-00006.parquet: its rows have the"
                        + " SHA-256 ",
                OPTIONS);
        Files.delete(damaged);
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
    }

    @Test
    void aDamagedPlanAndFilesOfOthersAreRefused() throws Exception {
        interrupt("1");
        Files.writeString(output.resolve("part-0.parquet"), "x");
        refused(
                "output_has_other_files: --output file:" + output
                        + " holds 1 file that no plan of an earlier run names,"
                        + " such as part-0.parquet, readers of the folder would take them for rows of this run, move",
                OPTIONS);
        Files.delete(output.resolve("part-0.parquet"));
        Path plan = output.resolve(RunPlan.FILE);
        Files.writeString(plan, Files.readString(plan).replace("\"seed\" : 7", "\"seed\" : 8"));
        refused(
                "plan_unreadable: the run in --output file:" + output
                        + " cannot be continued, its _promptmill/plan.json"
                        + " cannot be read: its content does not match its fingerprint, restore that file",
                OPTIONS);
        Files.delete(plan);
        refused("output_has_other_files: ", OPTIONS);
    }

    @Test
    void anInputThatChangesDuringTheRunFailsItBeforeTheManifest() throws Exception {
        Path changing = Files.copy(input, temp.resolve("changing.parquet"));
        output = temp.resolve("changed");
        Runnable touch = () -> {
            try {
                Files.setLastModifiedTime(changing, LONG_AGO);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        afterFirstChunk(touch, () -> {
            assertThatThrownBy(() -> runs.generate(changing.toString(), output, options()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("file:" + changing + " was changed during the run: ");
        });
        assertThat(output.resolve(Manifest.FILE)).doesNotExist();
        assertThat(output.resolve("_SUCCESS")).doesNotExist();
    }

    @Test
    void aFinishedRunThatHasLostAFileIsNotTakenForFinished() throws Exception {
        Files.delete(output.resolve("chunk-00002-of-00006.parquet"));
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("5 of 6 chunks were there already");
        assertFinishedAsUndisturbed();
        Files.writeString(output.resolve(Manifest.FILE), "{");
        assertThat(generate("--resume")).isEqualTo(ExitCode.DONE);
        assertFinishedAsUndisturbed();
    }

    @Test
    void retryFailedComputesOnlyChunksWithFailedRowsAnew() throws Exception {
        Path broken = BrokenModel.atPosition(40, temp.resolve("broken"));
        Path longOnes = temp.resolve("in");
        TestSpark.session()
                .sql("select id, if(id = 1, repeat('a long way to go ', 9), 'Hi') as prompt from range(9)")
                .write()
                .parquet(longOnes.toString());
        output = temp.resolve("failing");
        String[] command = {"--model=" + broken, "--max-new-tokens=3", "--chunks=4"};
        assertThat(runs.generate(longOnes.toString(), output, command)).isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        Map<String, String> chunks = GenerateRuns.chunks(output);
        String failing = new ChunkPlan(4).fileName(new ChunkPlan(4).chunkOf("1"));
        for (String name : chunks.keySet()) {
            Files.setLastModifiedTime(output.resolve(name), LONG_AGO);
        }
        String[] resume = {command[0], command[1], command[2], "--resume"};
        assertThat(runs.generate(longOnes.toString(), output, resume)).isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        assertThat(runs.out()).contains("nothing to compute: 9 prompts: 8 ok, 0 rejected, 1 failed");

        String[] retry = {command[0], command[1], command[2], "--retry-failed"};
        assertThat(runs.generate(longOnes.toString(), output, retry)).isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        assertThat(runs.out()).contains(chunks.size() - 1 + " of 4 chunks were there already");
        assertThat(GenerateRuns.chunks(output)).isEqualTo(chunks);
        assertThat(output.resolve("_SUCCESS")).exists();
        for (String name : chunks.keySet()) {
            assertThat(Files.getLastModifiedTime(output.resolve(name)).equals(LONG_AGO))
                    .as(name)
                    .isEqualTo(!name.equals(failing));
        }
    }

    @Test
    void retryFailedWithoutAFailedRowChangesNothing() throws Exception {
        Map<String, String> before = GenerateRuns.files(output);
        assertThat(generate("--retry-failed")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("is finished, there is nothing to compute: ");
        assertThat(GenerateRuns.files(output)).isEqualTo(before);
    }

    @Test
    void aPinnedModelIsAcceptedByItsDigestAndRefusedByAnyOther() throws Exception {
        String digest = RunPlan.parse(Files.readAllBytes(undisturbed.resolve(RunPlan.FILE)))
                .modelDigest();
        assertThat(generate("--resume", "--model-sha256=" + digest)).isEqualTo(ExitCode.DONE);
        output = temp.resolve("pinned");
        String other = "0".repeat(64);
        assertThatThrownBy(() -> generate("--model-sha256=" + other))
                .hasMessage("model_digest_differs: --model sample-model has the SHA-256 " + digest
                        + " and --model-sha256 asks for " + other
                        + ", its files are not those that were pinned, or were"
                        + " damaged on their way, fetch the model again, or pin this digest if the change is wanted")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(output).doesNotExist();
    }

    /** Makes the finished output one of a run that was interrupted before these chunks. */
    private void interrupt(String missing) throws IOException {
        Files.delete(output.resolve("_SUCCESS"));
        Files.delete(output.resolve(Manifest.FILE));
        for (String chunk : missing.isEmpty() ? new String[0] : missing.split(",")) {
            Files.delete(output.resolve(new ChunkPlan(6).fileName(Integer.parseInt(chunk))));
        }
        Path leftOver = output.resolve("_promptmill/tmp/chunk-00000-of-00006.parquet.attempt");
        Files.createDirectories(leftOver.getParent());
        Files.writeString(leftOver, "half a file");
    }

    private void assertFinishedAsUndisturbed() throws IOException {
        assertThat(GenerateRuns.chunks(output)).isEqualTo(GenerateRuns.chunks(undisturbed));
        assertThat(GenerateRuns.files(output).keySet())
                .isEqualTo(GenerateRuns.files(undisturbed).keySet());
        Manifest manifest = Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));
        Manifest expected = Manifest.parse(Files.readAllBytes(undisturbed.resolve(Manifest.FILE)));
        assertThat(manifest.chunks()).isEqualTo(expected.chunks());
        assertThat(manifest.generatedTokens()).isEqualTo(expected.generatedTokens());
        assertThat(List.of(manifest.ok(), manifest.rejected(), manifest.failed(), manifest.rows()))
                .isEqualTo(List.of(expected.ok(), expected.rejected(), expected.failed(), expected.rows()));
    }

    private void assertInterruptedCleanly() throws IOException {
        assertThat(GenerateRuns.files(output).keySet())
                .contains(RunPlan.FILE)
                .allMatch(name -> name.equals(RunPlan.FILE)
                        || name.equals("_promptmill/work.json")
                        || ChunkPlan.isFileName(name));
        for (String name : GenerateRuns.chunks(output).keySet()) {
            assertThat(TestSpark.session()
                            .read()
                            .parquet(output.resolve(name).toString())
                            .count())
                    .isPositive();
        }
    }

    /** Runs something, and the action once within it. */
    private void afterFirstChunk(Runnable action, ThrowingCallable run) throws Exception {
        AfterFirstChunk listener = new AfterFirstChunk(output, action);
        TestSpark.session().sparkContext().addSparkListener(listener);
        try {
            assertThatCode(run).doesNotThrowAnyException();
        } finally {
            TestSpark.session().sparkContext().removeSparkListener(listener);
        }
    }

    /** Writes an input of several files. */
    private static void rewrite(Path input, String columns) {
        TestSpark.session()
                .sql("select " + columns + " from (select id, concat('Day ', id) as prompt from range(6))")
                .repartition(3)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(input.toString());
    }

    private void refused(String message, List<String> options) throws IOException {
        refused(input, message, options);
    }

    private void refused(Path input, String message, List<String> options) throws IOException {
        Map<String, String> before = GenerateRuns.files(output);
        List<String> all = new ArrayList<>(options);
        all.add("--resume");
        assertThatThrownBy(() -> runs.generate(input.toString(), output, all.toArray(String[]::new)))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.OUTPUT_REFUSED);
        assertThat(GenerateRuns.files(output)).isEqualTo(before);
    }

    private ExitCode generate(String... more) throws RefusalException, IOException {
        return runs.generate(input.toString(), output, options(more));
    }

    private static String[] options(String... more) {
        List<String> all = new ArrayList<>(OPTIONS);
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    /** Does something once, when the first chunk of a run is there. */
    private static final class AfterFirstChunk extends SparkListener {
        private final Path output;
        private final Runnable action;
        private final AtomicBoolean done = new AtomicBoolean();

        AfterFirstChunk(Path output, Runnable action) {
            this.output = output;
            this.action = action;
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            try {
                if (!GenerateRuns.chunkNames(output).isEmpty() && done.compareAndSet(false, true)) {
                    action.run();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
