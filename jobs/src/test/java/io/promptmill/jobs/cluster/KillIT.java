package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.cluster.KillingFileSystem.Action;
import io.promptmill.jobs.cluster.KillingFileSystem.Event;
import io.promptmill.jobs.cluster.KillingFileSystem.Point;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.ChunkRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs of the real jar on a real cluster, whose driver or executors are killed or overtaken. However often that happens,
 * the folder ends with the rows and files of an undisturbed run. With {@code -Pchaos} for all points and many seeds, each
 * a line of a report.
 */
@Tag("spark")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KillIT {
    /** A run on two cores takes about this long. */
    private static final int ANY_TIME_MILLIS = 9_000;

    private static final int MAX_RUNS = 8;

    /** Ends of attempts that had not come to a prompt: prompts are read again, and Spark 4 ends those that would read them. */
    private static final Set<String> OF_READING = Set.of("FetchFailed", "TaskKilled");

    /** How a run goes on after its driver was killed. */
    private enum Resume {
        /** By spark-submit, as it was started. Its tasks are on two executors. */
        SUBMITTED,
        /** In this JVM at once, while executors of the dead driver are still at work. */
        AT_ONCE;

        /** The first of four seeds is submitted: that takes much longer. */
        static Resume of(int seed) {
            return seed % 4 == 1 ? SUBMITTED : AT_ONCE;
        }
    }

    private ClusterRuns runs;

    @TempDir
    private Path temp;

    private Path output;
    private Tally tally;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        runs = new ClusterRuns(shared);
    }

    @AfterAll
    void closeCluster() {
        runs.close();
    }

    static Stream<Arguments> pointsAndSeeds() {
        String points = System.getProperty("promptmill.chaos.points");
        Stream<KillPoint> chosen = points.equals("all")
                ? Arrays.stream(KillPoint.values())
                : Arrays.stream(points.split(",", -1)).map(KillPoint::valueOf);
        return chosen.flatMap(
                point -> ClusterRuns.range("promptmill.chaos.seeds").mapToObj(seed -> Arguments.of(point, seed)));
    }

    /** An executor: the job ends all the same. The driver: nothing half visible, a resume computes only what is missing. */
    @ParameterizedTest
    @MethodSource("pointsAndSeeds")
    void aRunThatIsKilledEndsAsAnUndisturbedOne(KillPoint point, int seed) throws Exception {
        output = temp.resolve("out");
        tally = new Tally();
        long start = System.nanoTime();
        String equal = "no";
        try {
            killAndResume(point, Resume.of(seed), new Random((point + " " + seed).hashCode()));
            runs.assertAsUndisturbed(output);
            equal = "yes";
        } finally {
            ClusterRuns.report(
                    "point=%s seed=%d kills=%d commands=%d kept=%d resume=%s seconds=%.0f equal=%s",
                    point,
                    seed,
                    tally.kills,
                    tally.commands,
                    tally.kept,
                    Resume.of(seed),
                    (System.nanoTime() - start) / 1e9,
                    equal);
        }
    }

    /** A speculative copy on the other host publishes first, at the moment the held attempt does. */
    @Test
    void aSpeculativeDuplicateDoesNoHarm() throws Exception {
        output = temp.resolve("out");
        Path kill = Files.createDirectory(temp.resolve("kill"));
        SubmittedRun run = submit(kill, new Point(Event.CLOSED, "chunk-.*", 2, Action.HOLD, 0), Resume.SUBMITTED);
        assertThat(run.exitCode()).as(run.printed()).isZero();
        assertThat(runs.undisturbed()).containsKey(Files.readString(kill.resolve(KillingFileSystem.OVERTAKEN)));
        runs.assertAsUndisturbed(output);
    }

    /**
     * One node says in time that it leaves, another is gone at once, and Spark asks for executors as it needs them: what is
     * computed again is the chunk that was at work on the latter. The last test, since two of three nodes are gone then.
     */
    @Test
    @Order(Integer.MAX_VALUE)
    void ofTwoNodesThatLeaveOnlyTheOneThatDoesNotSaySoCostsAChunk() throws Exception {
        runs.join("127.0.0.4");
        output = temp.resolve("out");
        Path kill = Files.createDirectory(temp.resolve("kill"));
        Path events = Files.createDirectory(temp.resolve("events"));
        List<String> options = new ArrayList<>(TaskEvents.options(events));
        for (Map.Entry<String, String> setting :
                HeaderCommand.settings("spark-standalone.conf").entrySet()) {
            if (setting.getKey().matches("spark\\.(dynamicAllocation|decommission|storage\\.decommission)\\..*")) {
                options.add("--conf=" + setting.getKey() + "=" + setting.getValue());
            }
        }
        assertThat(options)
                .contains("--conf=spark.dynamicAllocation.enabled=true", "--conf=spark.decommission.enabled=true");
        options.addAll(List.of(
                "--conf=spark.cores.max=3",
                "--conf=spark.dynamicAllocation.minExecutors=3",
                "--conf=spark.storage.decommission.replicationReattemptInterval=1s", // it ends after such a round
                "--conf=spark.speculation=false"));
        SubmittedRun run =
                submit(kill, new Point(Event.CLOSED, "chunk-.*", 1, Action.LEAVE, 0), Resume.SUBMITTED, options);
        assertThat(run.exitCode()).as(run.printed()).isZero();
        runs.assertAsUndisturbed(output);
        TaskEvents told = TaskEvents.read(events);
        assertThat(told.attempts().stream().filter(attempt -> attempt.end().equals("Success")))
                .extracting(TaskEvents.Attempt::chunk)
                .containsExactlyInAnyOrder(
                        IntStream.range(0, ClusterRuns.CHUNKS).boxed().toArray(Integer[]::new));
        assertThat(told.attempts().stream().filter(attempt -> !attempt.end().equals("Success")))
                .filteredOn(attempt -> !OF_READING.contains(attempt.end()))
                .singleElement()
                .satisfies(lost -> {
                    assertThat(lost.end()).isEqualTo("ExecutorLostFailure");
                    assertThat(told.removed()).containsKey(lost.executor());
                });
        assertThat(told.removed().values()).as("%s", told.removed()).anyMatch(why -> why.contains("decommission"));
    }

    private void killAndResume(KillPoint point, Resume resume, Random random) throws Exception {
        int kills = point.inFiles(random).isPresent() ? 1 : 1 + random.nextInt(3);
        int exitCode = -1;
        while (exitCode != 0) {
            assertThat(tally.commands).isLessThan(MAX_RUNS);
            Map<String, Object> before = chunksAsTheyLie();
            exitCode = tally.kills < kills && tally.commands < kills ? killed(point, resume, random) : resumed(resume);
            assertThat(chunksAsTheyLie()).as("finished chunks stay").containsAllEntriesOf(before);
            tally.kept = before.size();
        }
    }

    /** One command whose driver or executor is killed, unless it ended before. */
    private int killed(KillPoint point, Resume resume, Random random) throws Exception {
        tally.commands++;
        Point inFiles = point.inFiles(random).orElse(null);
        SubmittedRun run;
        boolean hit;
        if (inFiles != null) {
            Path folder = Files.createDirectory(temp.resolve("kill"));
            run = submit(folder, inFiles, resume);
            run.exitCode();
            hit = Files.exists(folder.resolve(KillingFileSystem.DONE));
            assertThat(hit).as(run.printed()).isTrue();
        } else {
            run = submit(List.of(executorCores(resume)), "--resume");
            hit = !run.driver().waitFor(random.nextInt(ANY_TIME_MILLIS), TimeUnit.MILLISECONDS)
                    && kill(point, run.driver(), random);
        }
        if (hit) {
            tally.kills++;
        }
        int exitCode = run.exitCode();
        assertThat(exitCode).as(run.printed()).isEqualTo(hit && point.killsDriver() ? SubmittedRun.KILLED : 0);
        return exitCode;
    }

    /** Whether there was something to kill. */
    private boolean kill(KillPoint point, Process driver, Random random) {
        if (point.killsDriver()) {
            driver.destroyForcibly();
            return true;
        }
        List<ProcessHandle> executors = runs.executors();
        return !executors.isEmpty()
                && executors.get(random.nextInt(executors.size())).destroyForcibly();
    }

    /** One command that is left alone. Executors whose driver was killed may still finish a chunk beneath it. */
    private int resumed(Resume resume) throws Exception {
        tally.commands++;
        int exitCode;
        String said;
        if (resume == Resume.SUBMITTED) {
            SubmittedRun run = submit(List.of(executorCores(resume)), "--resume");
            exitCode = run.exitCode();
            said = run.printed();
        } else {
            try {
                return runs.here(output, "--resume").number();
            } catch (RefusalException e) {
                exitCode = e.exitCode().number();
                said = e.getMessage();
            }
        }
        if (exitCode == ExitCode.OUTPUT_REFUSED.number()) {
            assertThat(said).contains("output_taken: ");
        } else {
            assertThat(exitCode).as(said).isZero();
        }
        return exitCode;
    }

    /** The finished chunks, equal to those of the undisturbed run, with what tells one file from another. */
    private Map<String, Object> chunksAsTheyLie() throws IOException {
        Map<String, ChunkRecord> records = GenerateRuns.records(output);
        assertThat(runs.undisturbed()).containsAllEntriesOf(records);
        Map<String, Object> files = new HashMap<>();
        for (String name : records.keySet()) {
            files.put(
                    name,
                    Files.readAttributes(output.resolve(name), BasicFileAttributes.class)
                            .fileKey());
        }
        return files;
    }

    /** Submits it with something that happens to it in its files. */
    private SubmittedRun submit(Path folder, Point point, Resume resume) throws IOException {
        return submit(folder, point, resume, List.of());
    }

    private SubmittedRun submit(Path folder, Point point, Resume resume, List<String> more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                executorCores(resume),
                "--conf=spark.hadoop.fs.file.impl=" + KillingFileSystem.class.getName(),
                "--conf=spark.hadoop." + KillingFileSystem.POINT + "=" + point.text(),
                "--conf=spark.hadoop." + KillingFileSystem.FOLDER + "=" + folder));
        options.addAll(more);
        SubmittedRun run = submit(options);
        Files.writeString(
                folder.resolve(KillingFileSystem.DRIVER),
                Long.toString(run.driver().pid()));
        return run;
    }

    private SubmittedRun submit(List<String> sparkOptions, String... more) throws IOException {
        return runs.submit(output, temp.resolve("work"), temp.resolve("console.txt"), sparkOptions, more);
    }

    private static String executorCores(Resume resume) {
        return "--conf=spark.executor.cores=" + (resume == Resume.SUBMITTED ? 1 : 2);
    }

    /** What it took. */
    private static final class Tally {
        private int kills;
        private int commands;
        /** Chunks that were there before the last command. */
        private int kept;
    }
}
