package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user runs it: a real {@code spark-submit}, a master and two executors as processes of their own. */
class SparkSubmitIT {
    private static final Path SPARK_HOME = Path.of(System.getProperty("promptmill.spark-home"));
    private static final Path JAR = Path.of(System.getProperty("promptmill.jar"));

    @TempDir
    private Path temp;

    @Test
    void the_jar_starts_and_refuses_wrong_usage_with_its_exit_code() throws Exception {
        Finished run = submit("local[1]", "generate", "--topp=1");
        assertThat(run.console).contains("promptmill: unknown_option: --topp is not known");
        assertThat(run.exitCode).isEqualTo(ExitCode.WRONG_USAGE.number());
    }

    @Test
    void each_executor_of_a_cluster_loads_the_model_once() throws Exception {
        Path output = temp.resolve("out");
        Path input = Path.of("..", "sample-prompts", "prompts.parquet")
                .toAbsolutePath()
                .normalize();
        Finished run = submit(
                "local-cluster[2,1,1024]",
                "generate",
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--chunks",
                "8");
        assertThat(run.exitCode).as(run.console).isZero();
        assertThat(run.console).contains("38 prompts: 33 ok, 5 rejected, 0 failed");
        Manifest manifest = Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));
        assertThat(manifest.modelLoads()).hasSize(2).allSatisfy((executor, loads) -> assertThat(loads)
                .isEqualTo(1));
        assertThat(output.resolve("_SUCCESS")).exists();
    }

    @Test
    void a_run_that_is_asked_to_end_leaves_whole_chunks_and_exits_with_7() throws Exception {
        Path output = Files.createDirectory(temp.resolve("out"));
        Path input = Path.of("..", "sample-prompts", "prompts.parquet").toAbsolutePath();
        Process process = start(
                "local[1]",
                "generate",
                "--input",
                input.normalize().toString(),
                "--output",
                output.toString(),
                "--chunks=200",
                "--slots=1");
        try (WatchService created = FileSystems.getDefault().newWatchService()) {
            output.register(created, StandardWatchEventKinds.ENTRY_CREATE);
            while (chunks(output).isEmpty()) {
                WatchKey key = created.poll(2, TimeUnit.MINUTES);
                assertThat(key).as("a chunk").isNotNull();
                key.pollEvents();
                key.reset();
            }
            process.destroy(); // SIGTERM
            Finished run = finish(process);
            assertThat(run.console)
                    .contains("promptmill: interrupted: file:" + output + " holds ")
                    .contains(" of 200 chunks, the same command with --resume continues");
            assertThat(run.exitCode).isEqualTo(ExitCode.INTERRUPTED.number());
        } finally {
            process.destroyForcibly();
        }
        assertThat(output.resolve("_SUCCESS")).doesNotExist();
        assertThat(output.resolve("_promptmill/tmp")).doesNotExist();
        assertThat(TestSpark.session().read().parquet(output.toString()).count())
                .isPositive();
    }

    private static List<Path> chunks(Path output) throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> ChunkPlan.isFileName(file.getFileName().toString()))
                    .toList();
        }
    }

    private Finished submit(String master, String... arguments) throws IOException, InterruptedException {
        Process process = start(master, arguments);
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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(System.getProperty("promptmill.spark-jvm-options").split(" ")));
        command.addAll(List.of("-Xmx1g", "-cp", SPARK_HOME.resolve("jars") + File.separator + "*"));
        command.add("org.apache.spark.deploy.SparkSubmit");
        command.addAll(List.of("--master", master, JAR.toString()));
        command.addAll(List.of(arguments));
        Path console = temp.resolve("console.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("."))
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_WORKER_DIR", temp.resolve("work").toString());
        return builder.start();
    }

    private record Finished(int exitCode, String console) {}
}
