package io.promptmill.jobs.cluster;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.ChunkRecord;
import io.promptmill.jobs.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors, each a process of its own, that something ends every time. A prompt is found and fails. Where that cannot be,
 * or Spark makes too few attempts, the run ends, names the chunk, and keeps what is finished for a resume.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutorLossIT {
    private static final String[] SETTINGS = {"--chunks=6", "--max-new-tokens=4"};
    private static final String[] RESUMED = {"--chunks=6", "--max-new-tokens=4", "--resume"};

    /** Spark's own number of attempts. */
    private static final int DEFAULT_ATTEMPTS = 4;

    private final GenerateRuns runs = new GenerateRuns();
    private Map<String, ChunkRecord> undisturbed;
    /** In the order of chunks and ids. */
    private List<Row> undisturbedRows;

    @TempDir
    private Path temp;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        runs.generate(GenerateRuns.PROMPTS, shared.resolve("out"), SETTINGS);
        undisturbed = GenerateRuns.records(shared.resolve("out"));
        undisturbedRows = rows(shared.resolve("out"));
        assertThat(undisturbed).hasSize(6);
    }

    @AfterEach
    void stopSpark() {
        TestSpark.stop();
    }

    @Test
    void aChunkThatAlwaysEndsItsExecutorEndsTheRunWhichNamesItAndKeepsTheOthers() throws Exception {
        Path output = temp.resolve("out");
        startCluster(
                1,
                2,
                Map.of("spark.hadoop.fs." + HaltingFileSystem.SCHEME + ".impl", HaltingFileSystem.class.getName()));
        RunFailedException failure = catchThrowableOfType(
                RunFailedException.class,
                () -> runs.generate(
                        () -> false, GenerateRuns.PROMPTS, HaltingFileSystem.SCHEME + ":" + output, SETTINGS));
        String input = "file:" + Path.of(GenerateRuns.PROMPTS).toAbsolutePath().normalize();
        String rows = "select * from parquet.`" + input
                + "` where cast(conv(left(sha2(string(`id`), 256), 16), 16, 10) as decimal(20)) % 6 in (5)";
        assertThat(Failures.explain(failure))
                .isEqualTo(
                        "failed: ExecutorsLostException: executors_lost: 2 executors ended while they computed chunk 5"
                                + " of 6 (the last one: Command exited with code " + HaltingFileSystem.EXIT_CODE
                                + "), they had too little memory outside of the heap, or one of its rows ends any process: "
                                + rows + ", --resume goes on with the chunks that are missing, with more"
                                + " spark.executor.memoryOverhead or --slots 1 where memory was short, halting:"
                                + output
                                + " holds 5 finished of 6 chunks, --verbose shows the whole story");

        Map<String, ChunkRecord> finished = new TreeMap<>(undisturbed);
        finished.remove("chunk-00005-of-00006.parquet");
        assertThat(GenerateRuns.records(output)).isEqualTo(finished);
        assertThat(output.resolve("_promptmill/tmp")).doesNotExist();

        TestSpark.stop();
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, RESUMED)).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.records(output)).isEqualTo(undisturbed);
        assertThat(ids(TestSpark.session()
                        .sql(rows.replace("select *", "select id"))
                        .collectAsList()))
                .as("what the message selects")
                .containsExactlyInAnyOrderElementsOf(ids(TestSpark.session()
                        .read()
                        .parquet(output.resolve("chunk-00005-of-00006.parquet").toString())
                        .select("id")
                        .collectAsList()));
    }

    @Test
    void aPromptThatAlwaysEndsItsExecutorFailsAndAllOthersAreAsInAnUndisturbedRun() throws Exception {
        Path output = temp.resolve("out");
        int fatal = 3;
        String id = undisturbedRows.get(fatal).getString(0);
        startCluster(2, DEFAULT_ATTEMPTS, Map.of("spark.plugins", HaltingPrompt.class.getName(), HaltingPrompt.ID, id));
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, SETTINGS)).isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        assertThat(runs.out()).contains("38 prompts: 32 ok, 5 rejected, 1 failed");
        assertThat(output.resolve("_promptmill/tmp")).doesNotExist();

        TestSpark.stop();
        List<Row> rows = rows(output);
        Row failed = rows.get(fatal);
        assertThat(failed.<String>getAs("id")).isEqualTo(id);
        assertThat(failed.<String>getAs("status")).isEqualTo("failed");
        assertThat(failed.<String>getAs("error"))
                .isEqualTo(
                        "ends_its_executor: 2 executors ended while this row was computed, one of them with no other row"
                                + " beside it, it crashes or hangs native code, or needs more memory than an executor has,"
                                + " give executors more memory outside of the heap (spark.executor.memoryOverhead), then"
                                + " generate the row again");
        List<Row> others = new ArrayList<>(undisturbedRows);
        others.remove(fatal);
        rows.remove(fatal);
        assertThat(rows).isEqualTo(others);

        String[] retried = {"--chunks=6", "--max-new-tokens=4", "--retry-failed"};
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, retried)).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.records(output)).isEqualTo(undisturbed);
    }

    @Test
    void aNetworkCallThatDoesNotReturnInTimeEndsItsExecutorAndAResumeFinishesTheRun() throws Exception {
        Path output = temp.resolve("out");
        String firstId = undisturbedRows.get(0).getString(0);
        startCluster(1, 3, Map.of("spark.promptmill.callTimeout", "1ms"));
        RunFailedException failure = catchThrowableOfType(
                RunFailedException.class, () -> runs.generate(GenerateRuns.PROMPTS, output, SETTINGS));
        assertThat(Failures.explain(failure))
                .startsWith(
                        "failed: ExecutorsLostException: executors_lost: 3 executors ended while they computed chunk 0"
                                + " of 6 (the last one: Command exited with code 1), they had too little memory outside of the"
                                + " heap, or one of its rows ends any process (computed alone when executors ended: "
                                + firstId + "): select * from parquet.`");

        TestSpark.stop();
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, RESUMED)).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.records(output)).isEqualTo(undisturbed);
    }

    /**
     * One executor at a time, with the jar that users run.
     *
     * @param tasks of the executor at once; with one, chunks come one after another
     * @param attempts at a task, and at a stage: what an executor has shuffled is lost with it, and Spark repeats that
     */
    private static void startCluster(int tasks, int attempts, Map<String, String> settings) {
        TestSpark.stop();
        SparkSession.Builder spark = SparkSession.builder()
                .master("local-cluster[1," + tasks + ",1024]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.task.maxFailures", attempts)
                .config("spark.stage.maxConsecutiveAttempts", attempts)
                .config("spark.executor.extraJavaOptions", SparkProcess.QUICK_START)
                .config("spark.jars", "local:" + System.getProperty("promptmill.jar"));
        settings.forEach(spark::config);
        spark.getOrCreate();
    }

    private static List<Row> rows(Path output) {
        return new ArrayList<>(TestSpark.session()
                .read()
                .parquet(output.toString())
                .orderBy(input_file_name(), col("id"))
                .collectAsList());
    }

    private static List<String> ids(List<Row> rows) {
        return rows.stream().map(row -> row.getString(0)).distinct().toList();
    }
}
