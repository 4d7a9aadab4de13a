package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.cluster.SparkProcess;
import io.promptmill.jobs.command.QuietLog;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.testing.TestSpark;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same prompts give the same bits however Spark cuts and places them: ids, texts, tokens and log-probabilities. All
 * pairs of a number of input files, a master, a number of chunks and an order of the input occur, with the slots so full
 * that computing one row at a time would fail.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkInvarianceIT {
    private static final int PROMPTS = 100;
    private static final int SLOTS = 8;
    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("prompt", DataTypes.StringType)
            .add("sampling_params", DataTypes.StringType);
    private static final List<String> MODES = List.of(
            "{\"do_sample\": false, \"max_new_tokens\": 8}",
            "{\"do_sample\": true, \"top_k\": 0, \"top_p\": 0.9, \"num_return_sequences\": 3, \"max_new_tokens\": 9}",
            "{\"do_sample\": true, \"top_k\": 40, \"temperature\": 0.8, \"repetition_penalty\": 1.3,"
                    + " \"no_repeat_ngram_size\": 2, \"num_return_sequences\": 4, \"max_new_tokens\": 8}",
            "{\"do_sample\": false, \"num_beams\": 4, \"num_return_sequences\": 2, \"max_new_tokens\": 8}",
            "{\"do_sample\": true, \"top_k\": 0, \"top_p\": 1.0, \"min_p\": 0.02, \"num_return_sequences\": 2,"
                    + " \"max_new_tokens\": 12}");
    private static final List<String> WORDS = List.of(
            "rain", "the", "sea", "and", "a", "clock", "was", "never", "my", "dream", "of", "bread", "in", "winter");

    private Path temp;
    private SparkSession spark;
    private Map<String, List<Object>> expected;
    private int runs;

    @BeforeAll
    void generateOnceInOneChunk(@TempDir Path folder) throws Exception {
        temp = folder;
        expected = rows(run("local[1]", 1, "sorted", 1, SLOTS));
        assertThat(expected).hasSizeGreaterThan(2 * PROMPTS);
    }

    @AfterAll
    void stopSpark() {
        spark.stop();
    }

    @Tag("spark")
    @ParameterizedTest(name = "{0}, {1} files, {2}, {3} chunks")
    @CsvSource({
        "local[1], 2, shuffled, 10",
        "local[1], 7, sorted, 10",
        "local[2], 1, shuffled, 10",
        "local[2], 2, sorted, 1",
        "local[2], 7, shuffled, 1",
        "cluster, 1, sorted, 10",
        "cluster, 2, shuffled, 1",
        "cluster, 7, sorted, 10"
    })
    void bitsDoNotDependOnFilesMastersChunksAndOrder(String master, int files, String order, int chunks)
            throws Exception {
        Path output = run(master, files, order, chunks, SLOTS);
        assertThat(rows(output)).isEqualTo(expected);
        Manifest manifest = Json.read(Files.readAllBytes(output.resolve(Manifest.FILE)), Manifest.class);
        GenerationStats engine = manifest.engine();
        assertThat(engine.slotUse()).as("share of the slots that were live").isGreaterThan(0.8);
        assertThat(manifest.modelLoads().keySet())
                .hasSize(master.equals("cluster") && chunks > 1 ? 2 : 1)
                .isEqualTo(manifest.cpuCapabilities().keySet());
    }

    @ParameterizedTest(name = "{0} slots, {1} chunks")
    @CsvSource({"1, 2", "64, 2"})
    void bitsDoNotDependOnSlots(int slots, int chunks) throws Exception {
        assertThat(rows(run("local[2]", 1, "sorted", chunks, slots))).isEqualTo(expected);
    }

    private Path run(String master, int files, String order, int chunks, int slots) throws Exception {
        use(master);
        Path output = temp.resolve("out-" + runs++);
        JobSettings settings = TestSettings.of(
                "--input=" + input(files, order),
                "--output=" + output,
                "--chunks=" + chunks,
                "--slots=" + slots,
                "--seed=11",
                "--logprobs");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        assertThat(new GenerateJob(spark, settings, () -> false, nowhere, nowhere).run())
                .isEqualTo(ExitCode.DONE);
        return output;
    }

    /** One Spark after another; a cluster is two executors in processes of their own, with the jar that users run. */
    private void use(String master) {
        String url = master.equals("cluster") ? "local-cluster[2,1,1024]" : master;
        if (spark != null && spark.sparkContext().master().equals(url)) {
            return;
        }
        TestSpark.stop();
        QuietLog.install(ShownDetail.ESSENTIAL);
        SparkSession.Builder builder = SparkSession.builder()
                .master(url)
                .appName("invariance")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4");
        if (!master.equals(url)) {
            builder.config("spark.jars", "local:" + System.getProperty("promptmill.jar"))
                    .config("spark.executor.extraJavaOptions", SparkProcess.QUICK_START)
                    // No task starts before both executors are there, and both get some.
                    .config("spark.cores.max", "2")
                    .config("spark.scheduler.minRegisteredResourcesRatio", "1")
                    .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "2min")
                    .config("spark.locality.wait", "0");
        }
        spark = builder.getOrCreate();
    }

    private Path input(int files, String order) {
        Path folder = temp.resolve("in-" + files + "-" + order);
        if (Files.exists(folder)) {
            return folder;
        }
        List<Row> prompts = prompts();
        if (order.equals("shuffled")) {
            Collections.shuffle(prompts, new Random(files));
        }
        JavaRDD<Row> rows =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(prompts, files);
        spark.createDataFrame(rows, SCHEMA).write().parquet(folder.toString());
        return folder;
    }

    private static List<Row> prompts() {
        Random random = new Random(5);
        List<Row> prompts = new ArrayList<>();
        for (int i = 0; i < PROMPTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(20); word >= 0; word--) {
                text.append(WORDS.get(random.nextInt(WORDS.size()))).append(word == 0 ? "" : " ");
            }
            prompts.add(RowFactory.create("p" + i, text.toString(), MODES.get(i % MODES.size())));
        }
        return prompts;
    }

    private Map<String, List<Object>> rows(Path output) {
        Map<String, List<Object>> rows = new HashMap<>();
        for (Row row : spark.read().parquet(output.toString()).collectAsList()) {
            assertThat(row.<String>getAs("status")).isEqualTo("ok");
            // Floating-point objects are equal when their bits are.
            rows.put(
                    row.getAs("id") + "/" + row.getAs("index"),
                    Arrays.asList(
                            row.getAs("generated_text"),
                            row.getList(row.fieldIndex("token_ids")),
                            row.getAs("cumulative_logprob"),
                            row.getList(row.fieldIndex("token_logprobs")),
                            row.getAs("finish_reason")));
        }
        return rows;
    }
}
