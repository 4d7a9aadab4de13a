package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.Sha256;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.compare.CompareRuns;
import io.promptmill.jobs.drawing.StrictXml;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.testing.BreakingFileSystem;
import io.promptmill.jobs.testing.BrokenModel;
import io.promptmill.jobs.testing.DamagedParquet;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

@Tag("spark")
class GenerateJobIT {
    private static final String PROMPTS = GenerateRuns.PROMPTS;
    private static final String[] SEEDED = {"--chunks=2", "--seed=7", "--logprobs"};

    /** What {@link #SEEDED} gives. */
    private static Path seeded;

    private final SparkSession spark = TestSpark.session();
    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    @BeforeAll
    static void generateSeeded(@TempDir Path shared) throws Exception {
        seeded = shared.resolve("out");
        new GenerateRuns().generate(PROMPTS, seeded, SEEDED);
    }

    @Test
    void theSamplePromptsBecomeRowsFilesAManifestAndASummary() throws Exception {
        Path output = temp.resolve("out");
        assertThat(generate(PROMPTS, output, "--chunks=3", "--dry-run", "--json"))
                .isEqualTo(ExitCode.DONE);
        assertThat(output).as("nothing is written").doesNotExist();
        JsonNode estimate = new ObjectMapper().readTree(runs.out());
        assertThat(generate(PROMPTS, output, "--chunks=3")).isEqualTo(ExitCode.DONE);

        Dataset<Row> rows = spark.read().parquet(output.toString());
        Map<String, Long> outcomes = new HashMap<>();
        rows.select("id", "status")
                .distinct()
                .groupBy("status")
                .count()
                .collectAsList()
                .forEach(row -> outcomes.put(row.getString(0), row.getLong(1)));
        assertThat(outcomes).containsExactlyInAnyOrderEntriesOf(Map.of("ok", 33L, "rejected", 5L));
        assertThat(rows.filter("id = 'dream-01'").count()).isEqualTo(5);
        assertThat(rows.filter("id like 'edge-%' and status = 'rejected'")
                        .orderBy("id")
                        .collectAsList())
                .extracting(row -> row.<String>getAs("id"))
                .containsExactly("edge-greedy", "edge-key", "edge-long", "edge-null", "edge-range");
        assertThat(rows.filter("topic is null").count()).isZero();

        assertThat(output.resolve("_SUCCESS")).exists();
        Manifest manifest = Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));
        RunPlan plan = RunPlan.parse(Files.readAllBytes(output.resolve(RunPlan.FILE)));
        assertThat(manifest.fingerprint()).isEqualTo(plan.fingerprint());
        assertThat(manifest.ok() + manifest.rejected() + manifest.failed()).isEqualTo(plan.rows());
        assertThat(manifest.rows()).isEqualTo(rows.count());
        assertIsWhatWasEstimated(estimate, manifest, rows);
        assertThat(manifest.chunks()).hasSize(3);
        for (Manifest.Chunk chunk : manifest.chunks()) {
            Path file = output.resolve(chunk.file());
            assertThat(Files.size(file)).isEqualTo(chunk.bytes());
            assertThat(Sha256.ofStream(Files.newInputStream(file))).isEqualTo(chunk.sha256());
        }
        assertReportTellsOf(output, manifest);
        assertThat(runs.out())
                .contains("38 prompts: 33 ok, 5 rejected, 0 failed", "model loads by executor: driver ")
                .contains("  advice-01: ");
        assertThat(runs.err())
                .containsOnlyOnce(
                        "promptmill: without --model this is the tiny sample model in the jar: it shows that all "
                                + "works, its texts mean nothing")
                .containsPattern(
                        "(?s)\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d reading the model\n.* reading the prompts of "
                                + PROMPTS
                                + "\n.* compiling the model in fp32\n(.* shipping the model, \\d+\\.\\d MB\n)?"
                                + ".* loading the model and generating: 38 prompts in 3 chunks\n.* finishing file:");
    }

    private static void assertIsWhatWasEstimated(JsonNode estimate, Manifest manifest, Dataset<Row> rows)
            throws IOException {
        assertThat(estimate.get("prompts").asLong()).isEqualTo(manifest.prompts());
        assertThat(estimate.get("chunks").asLong()).isEqualTo(manifest.chunks().size());
        assertThat(estimate.get("ok").asLong()).isEqualTo(manifest.ok());
        assertThat(estimate.get("rejected").asLong()).isEqualTo(manifest.rejected());
        assertThat(estimate.get("problems"))
                .isEqualTo(new ObjectMapper().readTree(Json.writeCompact(manifest.problems())));
        assertThat(estimate.get("promptTokens").asLong())
                .isEqualTo(rows.filter("index = 0")
                        .agg(functions.sum("prompt_tokens"))
                        .head()
                        .getLong(0));
        assertThat(manifest.generatedTokens())
                .isBetween(
                        estimate.at("/newTokens/least").asLong(),
                        estimate.at("/newTokens/most").asLong());
        assertThat(estimate.at("/newTokens/likely").asLong())
                .isBetween(
                        estimate.at("/newTokens/least").asLong(),
                        estimate.at("/newTokens/most").asLong());
        assertThat(estimate.at("/output/rows").asLong()).isEqualTo(manifest.rows());
        assertThat(estimate.at("/output/bytes").asLong()).isPositive();
        assertThat(estimate.at("/cluster/tasks").asLong()).isEqualTo(2);
        assertThat(estimate.at("/seconds/generating").asDouble()).isPositive();
    }

    private void assertReportTellsOf(Path output, Manifest manifest) throws IOException {
        assertThat(manifest.sequences().promptTokens().texts()).isEqualTo(33);
        assertThat(manifest.sequences().sequences()).isEqualTo(manifest.rows() - 5);
        assertThat(manifest.sequences().completionTokens().tokens()).isEqualTo(manifest.generatedTokens());
        Document page = StrictXml.parse(Files.readString(output.resolve("_promptmill/report.html")));
        assertThat(StrictXml.texts(page, "h1")).containsExactly("Texts of sample-model");
        assertThat(StrictXml.texts(page, "dd")).startsWith("38", "33", String.valueOf(manifest.rows() - 5));
        assertThat(StrictXml.texts(page, "th")).contains("prompt_too_long", "driver");
        Set<String> texts = spark.read().parquet(output.toString()).select("generated_text").collectAsList().stream()
                .map(row -> PlainLine.of(String.valueOf(row.get(0))))
                .collect(Collectors.toSet());
        List<String> shown = StrictXml.texts(page, "dd");
        assertThat(shown.subList(8, shown.size())).hasSize(9).allSatisfy(sample -> assertThat(texts)
                .anyMatch(sample::endsWith));
    }

    @Test
    void aRunWithoutAReportLeavesNoneAndOneThatCannotBeWrittenIsNoFailure() throws Exception {
        Path output = temp.resolve("out");
        assertThat(generate(PROMPTS, output, "--chunks=1", "--max-new-tokens=1", "--no-report"))
                .isEqualTo(ExitCode.DONE);
        Path report = output.resolve("_promptmill/report.html");
        assertThat(report).doesNotExist();
        assertThat(generate(PROMPTS, output, "--chunks=1", "--max-new-tokens=1", "--resume"))
                .isEqualTo(ExitCode.DONE);
        assertThat(report).content().contains("Texts of sample-model");
        Files.delete(output.resolve("_SUCCESS"));
        String breaking = BreakingFileSystem.SCHEME + ":" + output;
        BreakingFileSystem.registerTo(spark.sparkContext().hadoopConfiguration());
        BreakingFileSystem.at(new BreakingFileSystem.Point(BreakingFileSystem.Event.NAMED, "report.html"));
        assertThat(runs.generate(() -> false, PROMPTS, breaking, "--chunks=1", "--max-new-tokens=1", "--resume"))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.err())
                .contains("promptmill: warning: _promptmill/report.html could not be written, the rows are");
        assertThat(report).doesNotExist();
        assertThat(output.resolve("_SUCCESS")).exists();
    }

    @Test
    void theSameCommandWritesTheSameBytes() throws Exception {
        generate(PROMPTS, temp.resolve("two"), SEEDED);
        for (String file : List.of("chunk-00000-of-00002.parquet", "chunk-00001-of-00002.parquet")) {
            assertThat(temp.resolve("two").resolve(file)).hasSameBinaryContentAs(seeded.resolve(file));
        }
    }

    @Test
    void bitsDoNotDependOnSlotsAndChunks() throws Exception {
        generate(PROMPTS, temp.resolve("two"), "--chunks=5", "--seed=7", "--logprobs", "--slots=3");
        assertThat(rows(temp.resolve("two"))).isEqualTo(rows(seeded));
        CompareRuns comparison = new CompareRuns();
        assertThat(comparison.compare(seeded, temp.resolve("two"))).isEqualTo(ExitCode.DONE);
        assertThat(comparison.lines()).contains("equal: " + rows(seeded).size() + " rows");
        Files.delete(temp.resolve("two/chunk-00003-of-00005.parquet"));
        assertThatThrownBy(() -> comparison.compare(seeded, temp.resolve("two")))
                .hasMessage("output_damaged: file:" + temp.resolve("two")
                        + " lacks 1 file of its manifest, chunk-00003-of-00005.parquet is not there, restore what is"
                        + " damaged, or remove it and compute it anew with --resume");
    }

    @Test
    void groupedFilesHoldTheColumnsOfTheContract() throws Exception {
        generate(PROMPTS, temp.resolve("out"), "--chunks=1", "--layout=grouped", "--max-new-tokens=1");
        assertThat(spark.read().parquet(temp.resolve("out").toString()).schema().simpleString())
                .isEqualTo("struct<id:string,prompt:string,sequences:array<struct<index:int,generated_text:string,"
                        + "token_ids:array<int>,finish_reason:string,stop_reason:string,completion_tokens:int,"
                        + "cumulative_logprob:double>>,prompt_tokens:int,status:string,error:string,topic:string>");
    }

    @Test
    void aFailedRowLeavesTheOthersAloneAndGivesExitCode6() throws Exception {
        Path model = BrokenModel.atPosition(40, temp.resolve("model"));
        Path input = temp.resolve("in");
        spark.sql("select id, if(id = 1, repeat('a long way to go ', 9), 'Hi') as prompt from range(3)")
                .write()
                .parquet(input.toString());
        Path output = temp.resolve("out");
        assertThat(generate(input.toString(), output, "--model=" + model, "--max-new-tokens=3"))
                .isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        assertThat(output.resolve("_SUCCESS")).exists();
        List<Row> rows = rows(output);
        assertThat(rows).extracting(row -> row.<String>getAs("status")).containsExactly("ok", "failed", "ok");
        assertThat(rows.get(1).<String>getAs("error")).matches("[a-z_]+: .+, .+, .+");
        assertThat(rows.get(1).<Object>getAs("index")).isNull();
    }

    @Test
    void aDamagedInputIsRefusedBeforeTheOutputIsTouched() throws Exception {
        String input = damagedPrompts("snappy", pages -> Arrays.fill(pages, (byte) 0xff));
        assertRefused(ExitCode.INPUT_REFUSED, "input_unreadable: file:" + input + "/part-", input, temp.resolve("out"));
    }

    @Test
    void aDamagedInputIsRefusedAlsoWhereSparkIsToldToSkipDamagedFiles() throws Exception {
        String input = damagedPrompts("snappy", pages -> Arrays.fill(pages, (byte) 0xff));
        SparkConf conf = spark.sharedState().conf();
        conf.set("spark.sql.files.ignoreCorruptFiles", "true");
        try {
            assertThat(spark.newSession().read().parquet(input).count()).isEqualTo(500);
            assertThat(spark.newSession().read().parquet(input).collectAsList()).isEmpty();
            assertRefused(
                    ExitCode.INPUT_REFUSED, "input_unreadable: file:" + input + "/part-", input, temp.resolve("out"));
        } finally {
            conf.remove("spark.sql.files.ignoreCorruptFiles");
        }
    }

    @Test
    void anInputWithOneFlippedBitInAPromptIsRefusedByTheChecksumOfItsPage() throws Exception {
        // Compression has checks of its own that would find it.
        String input = damagedPrompts("none", pages -> pages[pages.length / 2] ^= 1);
        assertThat(spark.read().parquet(input).collectAsList()).hasSize(500);
        assertRefused(ExitCode.INPUT_REFUSED, "input_unreadable: file:" + input + "/part-", input, temp.resolve("out"));
    }

    @Test
    void withoutAnyPromptOneFileHoldsTheSchema() throws Exception {
        Path input = temp.resolve("in");
        spark.sql("select id, 'x' as text, 'de' as lang from range(0)").write().parquet(input.toString());
        Path output = temp.resolve("out");
        String[] options = {"--prompt-column=text", "--output-prefix=pm_", "--chunks=3"};
        assertThat(generate(input.toString(), output, options)).isEqualTo(ExitCode.DONE);
        assertThat(runs.out())
                .startsWith("0 prompts: 0 ok, 0 rejected, 0 failed")
                .contains("0 rows in 1 file");
        assertThat(names(output)).containsExactly("_SUCCESS", "_promptmill", "chunk-00000-of-00003.parquet");
        Dataset<Row> rows = spark.read().parquet(output.toString());
        assertThat(rows.columns())
                .startsWith("id", "text", "pm_index", "pm_generated_text")
                .endsWith("pm_error", "lang");
        assertThat(rows.count()).isZero();
        Map<String, String> finished = GenerateRuns.files(output);
        List<String> resumed = new ArrayList<>(List.of(options));
        resumed.add("--resume");
        assertThat(generate(input.toString(), output, resumed.toArray(String[]::new)))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("is finished, there is nothing to compute");
        assertThat(GenerateRuns.files(output)).isEqualTo(finished);
        spark.sql("select id, 'x' as text, 'de' as lang from range(2)")
                .write()
                .mode(SaveMode.Append)
                .parquet(input.toString());
        resumed.set(options.length, "--append");
        assertThat(generate(input.toString(), output, resumed.toArray(String[]::new)))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).startsWith("2 prompts: 2 ok");
        assertThat(spark.read()
                        .parquet(output.toString())
                        .select("id", "pm_index", "pm_status")
                        .orderBy("id")
                        .collectAsList())
                .extracting(Row::toString)
                .containsExactly("[0,0,ok]", "[1,0,ok]");
    }

    @Test
    void everyFileTellsTheModelTheSettingsAndTheVersionInItsFooter() throws Exception {
        Path output = temp.resolve("out");
        generate(PROMPTS, output, "--chunks=1", "--seed=9", "--max-new-tokens=1");
        RunPlan plan = RunPlan.parse(Files.readAllBytes(output.resolve(RunPlan.FILE)));
        assertThat(plan.driverCpu()).isIn("AVX512_AMX", "AVX512", "AVX2", "DEFAULT", "unknown");
        assertThat(footer(output.resolve("chunk-00000-of-00001.parquet"))
                        .getFileMetaData()
                        .getKeyValueMetaData())
                .containsEntry("promptmill.version", Version.number())
                .containsEntry("promptmill.model", "sample-model")
                .containsEntry("promptmill.model.digest", plan.modelDigest())
                .containsEntry("promptmill.settings", Json.write(plan.settings()));
    }

    @Test
    void theColumnsOfTheFilesAreThoseOfTheContract() throws Exception {
        generate(PROMPTS, temp.resolve("out"), "--chunks=1", "--logprobs", "--max-new-tokens=1");
        assertThat(spark.read().parquet(temp.resolve("out").toString()).schema().toDDL())
                .isEqualTo("id STRING,prompt STRING,index INT,generated_text STRING,token_ids ARRAY<INT>,"
                        + "finish_reason STRING,stop_reason STRING,prompt_tokens INT,completion_tokens INT,"
                        + "cumulative_logprob DOUBLE,token_logprobs ARRAY<FLOAT>,status STRING,error STRING,"
                        + "topic STRING");
    }

    @Test
    void anEmptyInputIsDoneWithoutAFile() throws Exception {
        Path input = temp.resolve("in");
        spark.sql("select id, 'x' as prompt from range(0)").write().parquet(input.toString());
        assertThat(generate(input.toString(), temp.resolve("out"))).isEqualTo(ExitCode.DONE);
        assertThat(temp.resolve("out/_SUCCESS")).exists();
    }

    @Test
    void groupedRowsHoldAllSequencesOfAPrompt() throws Exception {
        generate(PROMPTS, temp.resolve("out"), "--layout=grouped", "--logprobs", "--max-new-tokens=1");
        Dataset<Row> rows = spark.read().parquet(temp.resolve("out").toString());
        assertThat(rows.count()).isEqualTo(38);
        assertThat(rows.filter("id = 'dream-01'")
                        .selectExpr("size(sequences)")
                        .head()
                        .getInt(0))
                .isEqualTo(5);
    }

    @Test
    void overwriteReplacesAnEarlierRun() throws Exception {
        Path output = temp.resolve("out");
        generate(PROMPTS, output, "--chunks=3", "--max-new-tokens=1");
        assertThat(generate(PROMPTS, output, "--chunks=2", "--max-new-tokens=1", "--overwrite"))
                .isEqualTo(ExitCode.DONE);
        assertThat(names(output)).contains("chunk-00000-of-00002.parquet").noneMatch(name -> name.contains("of-00003"));
    }

    @Test
    void aRowThatAsksForMoreThanMemoryHoldsIsRejectedAndItsNeighboursAreOk() throws Exception {
        Path input = temp.resolve("in");
        spark.sql(
                        "select id, 'Hi' as prompt, case id when 1 then '{\"num_return_sequences\": 1000000000}'"
                                + " when 2 then '{\"num_beams\": 100000, \"do_sample\": false}' end as sampling_params from range(4)")
                .write()
                .parquet(input.toString());
        assertThat(generate(input.toString(), temp.resolve("out"), "--max-new-tokens=3"))
                .isEqualTo(ExitCode.DONE);
        List<Row> rows = rows(temp.resolve("out"));
        assertThat(rows)
                .extracting(row -> row.<String>getAs("status"))
                .containsExactly("ok", "rejected", "rejected", "ok");
        assertThat(rows)
                .extracting(row -> row.<String>getAs("error"))
                .containsExactly(
                        null,
                        "bad_sampling_params: num_return_sequences must be a whole number from 1 to 10000 but was"
                                + " 1000000000, the row's own settings must all be understood, correct the row's"
                                + " sampling_params",
                        "bad_sampling_params: num_beams must be a whole number from 1 to 256 but was 100000, the row's"
                                + " own settings must all be understood, correct the row's sampling_params",
                        null);
    }

    private void assertRefused(ExitCode code, String message, String input, Path output, String... options)
            throws IOException {
        refused(code, message, input, output, options);
        assertThat(output).doesNotExist();
    }

    private void refused(ExitCode code, String message, String input, Path output, String... options)
            throws IOException {
        try {
            assertThat(generate(input, output, options)).as("not refused").isNull();
        } catch (RefusalException e) {
            assertThat(e).hasMessageStartingWith(message);
            assertThat(e.exitCode()).isEqualTo(code);
        }
    }

    private ExitCode generate(String input, Path output, String... options) throws RefusalException, IOException {
        return runs.generate(input, output, options);
    }

    private List<Row> rows(Path output) {
        return spark.read().parquet(output.toString()).orderBy("id", "index").collectAsList();
    }

    private String damagedPrompts(String compression, Consumer<byte[]> damage) throws IOException {
        Path input = temp.resolve("in");
        spark.sql("select id, concat('text ', id * 77) as prompt from range(500)")
                .coalesce(1)
                .write()
                .option("compression", compression)
                .parquet(input.toString());
        DamagedParquet.damageOnlyFile(input, 1, damage);
        return input.toString();
    }

    private static ParquetMetadata footer(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
            return reader.getFooter();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
