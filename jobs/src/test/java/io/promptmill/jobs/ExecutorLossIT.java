package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.nio.file.Path;
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
 * Executors, each a process of its own, that a chunk ends every time: the run ends after as many attempts as Spark makes,
 * names the chunk, and keeps what is finished for a resume.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutorLossIT {
    private static final String[] SETTINGS = {"--chunks=6", "--max-new-tokens=4"};
    private static final String[] RESUMED = {"--chunks=6", "--max-new-tokens=4", "--resume"};

    /** What an executor has shuffled is lost with it: Spark then repeats a whole stage, not a task. */
    private static final int ATTEMPTS = 2;

    private final GenerateRuns runs = new GenerateRuns();
    private Map<String, ChunkRecord> undisturbed;

    @TempDir
    private Path temp;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        runs.generate(GenerateRuns.PROMPTS, shared.resolve("out"), SETTINGS);
        undisturbed = GenerateRuns.records(shared.resolve("out"));
        assertThat(undisturbed).hasSize(6);
    }

    @AfterEach
    void stopSpark() {
        TestSpark.stop();
    }

    @Test
    void a_chunk_that_always_ends_its_executor_ends_the_run_which_names_it_and_keeps_the_others() throws Exception {
        Path output = temp.resolve("out");
        startCluster("spark.hadoop.fs." + HaltingFileSystem.SCHEME + ".impl", HaltingFileSystem.class.getName());
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
    void a_network_call_that_does_not_return_in_time_ends_its_executor_and_a_resume_finishes_the_run()
            throws Exception {
        Path output = temp.resolve("out");
        startCluster("spark.promptmill.callTimeout", "1ms");
        RunFailedException failure = catchThrowableOfType(
                RunFailedException.class, () -> runs.generate(GenerateRuns.PROMPTS, output, SETTINGS));
        assertThat(Failures.explain(failure))
                .startsWith(
                        "failed: ExecutorsLostException: executors_lost: 2 executors ended while they computed chunk ")
                .contains(" (the last one: Command exited with code 1), ");

        TestSpark.stop();
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, RESUMED)).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.records(output)).isEqualTo(undisturbed);
    }

    /** With the jar that users run in its executors; one task at a time, so that chunks come one after another. */
    private static void startCluster(String key, String value) {
        TestSpark.stop();
        SparkSession.builder()
                .master("local-cluster[1,1,1024]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.task.maxFailures", ATTEMPTS)
                .config("spark.stage.maxConsecutiveAttempts", ATTEMPTS)
                .config("spark.executor.extraJavaOptions", SparkProcess.QUICK_START)
                .config(
                        "spark.executor.extraClassPath",
                        System.getProperty("promptmill.test-classes")
                                + File.pathSeparator
                                + System.getProperty("promptmill.jar"))
                .config(key, value)
                .getOrCreate();
    }

    private static List<String> ids(List<Row> rows) {
        return rows.stream().map(row -> row.getString(0)).distinct().toList();
    }
}
