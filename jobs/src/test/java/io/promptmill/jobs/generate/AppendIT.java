package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.DamagedParquet;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** New prompts in new input files become a new generation of chunks; what was there stays as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppendIT {
    private static final List<String> SETTINGS = List.of("--max-new-tokens=3", "--do-sample", "--seed=5");

    private final GenerateRuns runs = new GenerateRuns();

    private Path input;
    /** Outputs: of a run over the first file, of an append of the second to it, and of one run over both. */
    private Path before;

    private Path appended;
    private Path whole;

    @TempDir
    private Path temp;

    private Path output;

    @BeforeAll
    void appendUndisturbed(@TempDir Path shared) throws Exception {
        input = Files.createDirectory(shared.resolve("in"));
        Files.copy(parquet(shared.resolve("one"), 0, 9), input.resolve("a.parquet"));
        before = shared.resolve("before");
        runs.generate(input.toString(), before, options("--chunks=3"));
        Files.copy(parquet(shared.resolve("two"), 9, 16), input.resolve("b.parquet"));
        appended = shared.resolve("appended");
        GenerateRuns.copy(before, appended);
        assertThat(runs.generate(input.toString(), appended, options("--chunks=2", "--append")))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).startsWith("7 prompts: 7 ok, 0 rejected, 0 failed");
        whole = shared.resolve("whole");
        runs.generate(input.toString(), whole, options("--chunks=4"));
    }

    @BeforeEach
    void copyFirstRun() throws IOException {
        output = temp.resolve("out");
        GenerateRuns.copy(before, output);
    }

    @Test
    void newPromptsGetChunksOfTheirOwnBesideThoseThatWereThere() throws Exception {
        Map<String, String> chunks = GenerateRuns.chunks(appended);
        assertThat(chunks).containsAllEntriesOf(GenerateRuns.chunks(before));
        assertThat(chunks.keySet())
                .contains("chunk-00000-of-00002-g0001.parquet", "chunk-00001-of-00002-g0001.parquet");
        assertThat(GenerateRuns.files(appended).keySet())
                .contains(
                        "_SUCCESS",
                        "_promptmill/plan.json",
                        "_promptmill/plan-g0001.json",
                        "_promptmill/manifest.json",
                        "_promptmill/manifest-g0001.json");
        assertThat(GenerateRuns.files(appended).get(RunPlan.FILE))
                .isEqualTo(GenerateRuns.files(before).get(RunPlan.FILE));
    }

    @Test
    void theRowsAreThoseOfOneRunOverAllPrompts() {
        assertThat(rows(appended)).hasSize(16).isEqualTo(rows(whole));
    }

    @Test
    void anInterruptedAppendIsResumed() throws Exception {
        output = temp.resolve("interrupted");
        GenerateRuns.copy(appended, output);
        for (String gone : List.of("_SUCCESS", Manifest.file(1), "chunk-00001-of-00002-g0001.parquet")) {
            Files.delete(output.resolve(gone));
        }
        refused("append_unfinished: --append finds an unfinished run in file:" + output, "--append");
        assertThat(runs.generate(input.toString(), output, options("--resume"))).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("1 of 2 chunks were there already");
        assertThat(GenerateRuns.chunks(output)).isEqualTo(GenerateRuns.chunks(appended));
        assertThat(GenerateRuns.files(output).keySet())
                .isEqualTo(GenerateRuns.files(appended).keySet());
        Map<String, String> finished = GenerateRuns.files(output);
        assertThat(runs.generate(input.toString(), output, options("--resume"))).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("is finished, there is nothing to compute");
        assertThat(runs.generate(input.toString(), output, options("--append"))).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("There is nothing to append to file:" + output + ": no prompt is new");
        assertThat(GenerateRuns.files(output)).isEqualTo(finished);
    }

    @Test
    void anAppendThatDiedRightAfterItsPlanIsResumed() throws Exception {
        output = temp.resolve("died");
        GenerateRuns.copy(appended, output);
        for (String gone :
                List.of(Manifest.file(1), "chunk-00000-of-00002-g0001.parquet", "chunk-00001-of-00002-g0001.parquet")) {
            Files.delete(output.resolve(gone)); // _SUCCESS is still that of the run before
        }
        refused("append_unfinished: ", "--append");
        assertThat(runs.generate(input.toString(), output, options("--resume"))).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output)).isEqualTo(GenerateRuns.chunks(appended));
    }

    @Test
    void anAppendWhereNothingIsStarts() throws Exception {
        output = temp.resolve("fresh");
        assertThat(runs.generate(input.toString(), output, options("--chunks=4", "--append")))
                .isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output)).isEqualTo(GenerateRuns.chunks(whole));
    }

    @Test
    void aGrownInputIsRefusedWhereNobodyHasAskedToAppend() throws Exception {
        refused(
                "resume_differs: --resume cannot continue the run in file:" + output + ": input file file:" + input
                        + "/b.parquet was absent and is now ",
                "--resume");
    }

    @Test
    void otherSettingsAndChangedFilesAreRefused() throws Exception {
        refused(
                "append_differs: --append cannot continue the run in file:" + output
                        + ": top-k was 50 and is now 9, its rows were made with the earlier values",
                "--append",
                "--top-k=9");
        refused(
                "append_differs: --append cannot continue the run in file:" + output
                        + ": output-prefix was empty and is now pm_; output column ",
                "--append",
                "--output-prefix=pm_");
        Path old = input.resolve("a.parquet");
        FileTime time = Files.getLastModifiedTime(old);
        try {
            Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            refused(
                    "append_differs: --append cannot continue the run in file:" + output + ": input file file:" + old
                            + " was ",
                    "--append");
        } finally {
            Files.setLastModifiedTime(old, time);
        }
    }

    @Test
    void theCardIsThatOfAllRowsAndGoesWhereRowsAreAddedWithoutANewOne() throws Exception {
        Files.move(input.resolve("b.parquet"), temp.resolve("later.parquet"));
        try {
            assertThat(runs.generate(input.toString(), output, options("--resume", "--card")))
                    .isEqualTo(ExitCode.DONE);
        } finally {
            Files.move(temp.resolve("later.parquet"), input.resolve("b.parquet"));
        }
        Path card = output.resolve("README.md");
        assertThat(card).content().contains("num_examples: 9\n");
        assertThat(runs.generate(input.toString(), output, options("--chunks=2", "--append")))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.err())
                .contains(
                        "promptmill: warning: README.md told what the folder held before and is removed, --card writes it"
                                + " anew");
        assertThat(card).doesNotExist();
        assertThat(runs.generate(input.toString(), output, options("--resume", "--card", "--license=cc0-1.0")))
                .isEqualTo(ExitCode.DONE);
        assertThat(card).content().contains("num_examples: 16\n").contains("license: \"cc0-1.0\"\n");
    }

    @Test
    void anEarlierGenerationThatLacksAFileIsRefused() throws Exception {
        Files.delete(output.resolve("chunk-00001-of-00003.parquet"));
        refused(
                "generation_incomplete: generation 0 in --output file:" + output + " is not whole, it lacks"
                        + " chunk-00001-of-00003.parquet, restore what is missing: its prompts cannot be told from new ones",
                "--append");
    }

    @Test
    void idsAreNeverTakenFromADamagedChunkNotEvenWhereSparkIsToldToSkipIt() throws Exception {
        SparkSession spark = TestSpark.session();
        DamagedParquet.damage(
                output.resolve("chunk-00001-of-00003.parquet"), 0, pages -> Arrays.fill(pages, (byte) 0xff));
        Map<String, String> untouched = GenerateRuns.files(output);
        spark.conf().set("spark.sql.files.ignoreCorruptFiles", "true");
        try {
            assertThat(rows(output)).as("skipped").hasSizeBetween(1, 8);
            assertThatThrownBy(() -> runs.generate(input.toString(), output, options("--chunks=2", "--append")))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("generation_damaged: --output file:" + output + " holds 1 damaged file of earlier"
                            + " generations, chunk-00001-of-00003.parquet: page 1 of the column id: don't know what"
                            + " type: 15, restore them: their prompts cannot be told from new ones");
        } finally {
            spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
        }
        assertThat(GenerateRuns.files(output)).isEqualTo(untouched);
    }

    @Test
    void overwriteReplacesAllGenerations() throws Exception {
        output = temp.resolve("overwritten");
        GenerateRuns.copy(appended, output);
        assertThat(runs.generate(input.toString(), output, options("--chunks=4", "--overwrite")))
                .isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output)).isEqualTo(GenerateRuns.chunks(whole));
        assertThat(GenerateRuns.files(output).keySet())
                .isEqualTo(GenerateRuns.files(whole).keySet());
    }

    private void refused(String message, String... more) throws IOException {
        Map<String, String> untouched = GenerateRuns.files(output);
        assertThatThrownBy(() -> runs.generate(input.toString(), output, options(more)))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.OUTPUT_REFUSED);
        assertThat(GenerateRuns.files(output)).isEqualTo(untouched);
    }

    private static List<Row> rows(Path folder) {
        return TestSpark.session()
                .read()
                .parquet(folder.toString())
                .orderBy("id", "index")
                .collectAsList();
    }

    private static Path parquet(Path folder, int from, int to) throws IOException {
        TestSpark.session()
                .sql("select id, concat('The sea ', id) as prompt from range(" + from + ", " + to + ")")
                .coalesce(1)
                .write()
                .parquet(folder.toString());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String[] options(String... more) {
        List<String> all = new ArrayList<>(SETTINGS);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
