package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.cluster.KillingFileSystem.Action;
import io.promptmill.jobs.cluster.KillingFileSystem.Event;
import io.promptmill.jobs.cluster.KillingFileSystem.Point;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.finetune.FinetuneRuns;
import io.promptmill.jobs.testing.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trainings of the real jar on a real cluster, whose driver or executor is killed: the weights are those of a training that
 * nobody disturbed, bit for bit, with one thread and with two. With {@code -Pchaos} ten of them, each a line of a report.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FinetuneKillIT {
    private static final List<Point> POINTS = List.of(
            point(Event.CREATED, "state\\.safetensors\\..*", Action.KILL_EXECUTOR),
            point(Event.CLOSED, "trainer\\.json\\..*", Action.KILL_DRIVER),
            point(Event.CLOSED, "state\\.safetensors\\..*", Action.KILL_DRIVER),
            point(Event.DELETED, "state\\.safetensors\\..*", Action.KILL_EXECUTOR),
            point(Event.DELETED, "trainer\\.json\\..*", Action.KILL_EXECUTOR));

    private static final int STEPS = 24;

    private SparkCluster cluster;
    private Path data;
    private Path model;
    private final Map<Integer, byte[]> undisturbed = new HashMap<>();

    @TempDir
    private Path temp;

    @BeforeAll
    void trainUndisturbed(@TempDir Path shared) throws Exception {
        model = SmallModel.in(shared.resolve("parent")).folder();
        data = Files.write(
                shared.resolve("data.jsonl"),
                IntStream.range(0, 120)
                        .mapToObj(line -> "{\"text\": \"the sea gives " + line + " boats and takes " + line * 7 + "\"}")
                        .toList());
        for (int threads = 1; threads <= 2; threads++) {
            Path output = shared.resolve("undisturbed-" + threads);
            assertThat(new FinetuneRuns().finetune(options(output, threads))).isEqualTo(ExitCode.DONE);
            undisturbed.put(threads, Files.readAllBytes(output.resolve("v1/model.safetensors")));
        }
        cluster = new SparkCluster(Files.createDirectory(shared.resolve("cluster")));
    }

    @AfterAll
    void closeCluster() {
        cluster.close();
    }

    static IntStream trainings() {
        return ClusterRuns.range("promptmill.chaos.trainings");
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void aTrainingThatIsKilledEndsWithTheWeightsOfAnUndisturbedOne(int training) throws Exception {
        Random random = new Random(training);
        int threads = 1 + training % 2;
        Point drawn = POINTS.get((training - 1) % POINTS.size());
        Point point = new Point(
                drawn.event(),
                drawn.file(),
                1 + random.nextInt(3),
                drawn.action(),
                random.nextInt(2) * random.nextInt(100));
        Path output = temp.resolve("out");
        long start = System.nanoTime();
        SubmittedRun run = submit(output, threads, point);
        int exitCode = run.exitCode();
        assertThat(temp.resolve("kill").resolve(KillingFileSystem.DONE))
                .as(run.printed())
                .exists();
        if (point.action() == Action.KILL_DRIVER) {
            assertThat(exitCode).as(run.printed()).isEqualTo(SubmittedRun.KILLED);
            FinetuneRuns resumed = new FinetuneRuns();
            List<String> options = new ArrayList<>(options(output, threads));
            options.add("--resume");
            assertThat(resumed.finetune(options)).as(resumed.err()).isEqualTo(ExitCode.DONE);
        } else {
            assertThat(exitCode).as(run.printed()).isZero();
        }
        boolean equal =
                Arrays.equals(Files.readAllBytes(output.resolve("v1/model.safetensors")), undisturbed.get(threads));
        ClusterRuns.report(
                "training=%d point=%s threads=%d seconds=%.0f equal=%s",
                training, point.text(), threads, (System.nanoTime() - start) / 1e9, equal ? "yes" : "no");
        assertThat(equal).isTrue();
    }

    private SubmittedRun submit(Path output, int threads, Point point) throws IOException {
        Path folder = Files.createDirectory(temp.resolve("kill"));
        Path console = temp.resolve("console.txt");
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(cluster.options());
        command.addAll(List.of(
                "--conf=spark.cores.max=1",
                "--conf=spark.executor.cores=1",
                "--conf=spark.executor.memory=640m",
                "--conf=spark.executor.extraJavaOptions=" + SparkProcess.QUICK_START,
                "--conf=spark.sql.shuffle.partitions=2",
                "--conf=spark.ui.enabled=false",
                "--conf=spark.hadoop.fs.file.impl=" + KillingFileSystem.class.getName(),
                "--conf=spark.hadoop." + KillingFileSystem.POINT + "=" + point.text(),
                "--conf=spark.hadoop." + KillingFileSystem.FOLDER + "=" + folder,
                "--class=" + Promptmill.class.getName(),
                "local:" + System.getProperty("promptmill.jar"),
                "finetune"));
        command.addAll(options(output, threads));
        SubmittedRun run = new SubmittedRun(
                SparkProcess.start("127.0.0.1", command, Path.of("."), temp.resolve("work"), console), console);
        Files.writeString(
                folder.resolve(KillingFileSystem.DRIVER),
                Long.toString(run.driver().pid()));
        return run;
    }

    private List<String> options(Path output, int threads) {
        return List.of(
                "--data=" + data,
                "--output=" + output,
                "--model=" + model,
                "--threads=" + threads,
                "--max-steps=" + STEPS,
                "--save-steps=4",
                "--samples=0",
                "--per-device-train-batch-size=2",
                "--seed=11");
    }

    private static Point point(Event event, String file, Action action) {
        return new Point(event, file, 1, action, 0);
    }
}
