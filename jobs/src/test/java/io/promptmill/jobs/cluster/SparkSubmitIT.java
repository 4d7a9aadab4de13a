package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user runs it: a real {@code spark-submit}, a master and two executors as processes of their own. */
@Tag("spark")
class SparkSubmitIT {
    private static final Path JAR = Path.of(System.getProperty("promptmill.jar"));

    @TempDir
    private Path temp;

    @Test
    void theJarStartsAndRefusesWrongUsageWithItsExitCode() throws Exception {
        Finished run = submit("local[1]", "generate", "--topp=1");
        assertThat(run.console).contains("promptmill: unknown_option: --topp is not known");
        assertThat(run.exitCode).isEqualTo(ExitCode.WRONG_USAGE.number());
    }

    /**
     * With the settings for a standalone cluster; its Master and its two Workers are in the driver's process. The plugin
     * comes with the application's jar, and the model that it loads is the run's.
     */
    @Test
    void eachExecutorOfAClusterLoadsTheModelOnce() throws Exception {
        Path output = temp.resolve("out");
        Path input = Path.of("..", "sample-prompts", "prompts.parquet")
                .toAbsolutePath()
                .normalize();
        List<String> options = new ArrayList<>(sparkOptions("local-cluster[2,4,2048]"));
        options.addAll(HeaderCommand.of("spark-standalone.conf").options());
        options.add("--conf=spark.dynamicAllocation.minExecutors=2"); // a small run would do with one
        Path csv = Files.createDirectory(temp.resolve("csv"));
        options.addAll(List.of(
                "--conf=spark.plugins=io.promptmill.spark.PromptmillPlugin",
                "--conf=spark.promptmill.model=udf/src/main/resources/io/promptmill/sample-model",
                "--conf=spark.metrics.namespace=promptmill",
                "--conf=spark.metrics.conf.driver.sink.csv.class=org.apache.spark.metrics.sink.CsvSink",
                "--conf=spark.metrics.conf.driver.sink.csv.directory=" + csv));
        Finished run = submit(
                options, "generate", "--input", input.toString(), "--output", output.toString(), "--chunks", "8");
        assertThat(run.exitCode).as(run.console).isZero();
        assertThat(run.console).contains("38 prompts: 33 ok, 5 rejected, 0 failed");
        Manifest manifest = Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));
        assertThat(manifest.modelLoads()).hasSize(2).allSatisfy((executor, loads) -> assertThat(loads)
                .isEqualTo(1));
        assertThat(output.resolve("_SUCCESS")).exists();
        assertThat(run.console).doesNotContain("spark.promptmill.model");
        for (Map.Entry<String, Long> total : Map.of(
                        "prompts", 38L, "modelLoads", 2L, "generatedTokens", manifest.generatedTokens())
                .entrySet()) {
            Path file = csv.resolve(
                    "promptmill.driver.plugin.io.promptmill.spark.PromptmillPlugin.total." + total.getKey() + ".csv");
            assertThat(Files.readAllLines(file)).last().asString().endsWith("," + total.getValue());
        }
    }

    @Test
    void aRunThatIsEndedAndThenKilledIsFinishedByTheSameCommandWithResume() throws Exception {
        Path output = Files.createDirectory(temp.resolve("out"));
        Path input = Path.of("..", "sample-prompts", "prompts.parquet").toAbsolutePath();
        List<String> settings = List.of("--chunks=16", "--slots=1", "--max-new-tokens=20");
        List<String> command = new ArrayList<>(
                List.of("generate", "--input", input.normalize().toString(), "--output", output.toString()));
        command.addAll(settings);

        Process asked = start("local[1]", command.toArray(String[]::new));
        awaitOneMoreChunk(output, asked);
        asked.toHandle().destroy(); // SIGTERM; the process itself would close the pipe that keeps it alive
        Finished ended = finish(asked);
        assertThat(ended.console)
                .contains("promptmill: interrupted: file:" + output + " holds ")
                .contains(" of 16 chunks, the same command with --resume continues")
                .containsPattern("(?m)^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d compiling the model in fp32$\n"
                        + ".* shipping the model, \\d+\\.\\d MB$\n"
                        + ".* loading the model and generating: 38 prompts in 16"
                        + " chunks$")
                .doesNotContain("TaskKilled", "WARN TaskSetManager");
        assertThat(ended.exitCode).isEqualTo(ExitCode.INTERRUPTED.number());
        assertThat(GenerateRuns.files(output).keySet())
                .contains(RunPlan.FILE)
                .allMatch(name -> name.equals(RunPlan.FILE)
                        || name.equals("_promptmill/work.json")
                        || ChunkPlan.isFileName(name));
        assertThat(TestSpark.session().read().parquet(output.toString()).count())
                .isPositive();

        command.add("--resume");
        List<String> verbose = new ArrayList<>(command);
        verbose.add("--verbose");
        Process killed = start("local[1]", verbose.toArray(String[]::new));
        awaitOneMoreChunk(output, killed);
        killed.destroyForcibly(); // SIGKILL
        Finished dead = finish(killed);
        assertThat(dead.exitCode).isEqualTo(128 + 9);
        assertThat(dead.console).contains("Submitted application: promptmill generate " + output);
        assertThat(output.resolve("_SUCCESS")).doesNotExist();
        assertThat(foldersOfDrivers()).isNotEmpty();

        Finished resumed = submit("local[1]", command.toArray(String[]::new));
        assertThat(resumed.exitCode).as(resumed.console).isZero();
        assertThat(resumed.console).containsPattern("\\d+ of 16 chunks were there already");
        assertThat(foldersOfDrivers()).as("left by the killed driver").isEmpty();
        assertThat(ended.console + resumed.console)
                .as("what an executor logs, in local mode")
                .containsPattern("INFO RowLog: row \\S+ rejected: \\w+, ")
                .doesNotContain("INFO SparkContext", "INFO DAGScheduler");
        new GenerateRuns()
                .generate(input.normalize().toString(), temp.resolve("undisturbed"), settings.toArray(String[]::new));
        assertThat(GenerateRuns.records(output)).isEqualTo(GenerateRuns.records(temp.resolve("undisturbed")));
        assertThat(GenerateRuns.files(output).keySet())
                .isEqualTo(GenerateRuns.files(temp.resolve("undisturbed")).keySet());
    }

    private List<Path> foldersOfDrivers() throws IOException {
        try (Stream<Path> folders = Files.list(temp.resolve("local"))) {
            return folders.filter(folder -> Files.exists(folder.resolve(".promptmill-in-use")))
                    .toList();
        }
    }

    private static void awaitOneMoreChunk(Path output, Process process) throws IOException, InterruptedException {
        try (WatchService created = FileSystems.getDefault().newWatchService()) {
            output.register(created, StandardWatchEventKinds.ENTRY_CREATE);
            int before = GenerateRuns.chunkNames(output).size();
            while (GenerateRuns.chunkNames(output).size() <= before) {
                WatchKey key = created.poll(2, TimeUnit.MINUTES);
                assertThat(key).as("a chunk").isNotNull();
                key.pollEvents();
                key.reset();
            }
        } catch (AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private Finished submit(String master, String... arguments) throws IOException, InterruptedException {
        return submit(sparkOptions(master), arguments);
    }

    private Finished submit(List<String> sparkOptions, String... arguments) throws IOException, InterruptedException {
        Process process = start(sparkOptions, arguments);
        try {
            return finish(process);
        } finally {
            process.destroyForcibly();
        }
    }

    private Finished finish(Process process) throws IOException, InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended in time").isTrue();
        return new Finished(process.exitValue(), Files.readString(temp.resolve("console.txt")));
    }

    private Process start(String master, String... arguments) throws IOException {
        return start(sparkOptions(master), arguments);
    }

    private List<String> sparkOptions(String master) {
        return List.of(
                "--master",
                master,
                "--conf=spark.local.dir=" + temp.resolve("local"),
                "--conf=spark.executor.extraJavaOptions=" + SparkProcess.QUICK_START);
    }

    private Process start(List<String> sparkOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(sparkOptions);
        command.add(JAR.toString());
        command.addAll(List.of(arguments));
        return SparkProcess.start(
                "127.0.0.1", command, HeaderCommand.PROJECT, temp.resolve("work"), temp.resolve("console.txt"));
    }

    private record Finished(int exitCode, String console) {}
}
