package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.KillingFileSystem.Action;
import io.promptmill.jobs.KillingFileSystem.Event;
import io.promptmill.jobs.KillingFileSystem.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs of the real jar on a real cluster, whose driver or executors are killed, halted or overtaken. However often that
 * happens, the folder ends with the rows and files of an undisturbed run. With {@code -Pchaos} for all points and many
 * seeds, each a line of a report.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillIT {
    private static final int CHUNKS = 12;

    private static final List<String> OPTIONS =
            List.of("--chunks=" + CHUNKS, "--seed=7", "--do-sample", "--max-new-tokens=12", "--num-return-sequences=3");

    /** A run on two cores takes about this long. */
    private static final int ANY_TIME_MILLIS = 9_000;

    private static final int MAX_RUNS = 8;
    private static final int KILLED = 128 + 9;
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    private final Path input = Path.of(GenerateRuns.PROMPTS).toAbsolutePath().normalize();

    private SparkCluster cluster;
    private Map<String, ChunkRecord> undisturbed;
    private List<String> undisturbedRows;
    private Map<String, String> undisturbedFiles;

    @TempDir
    private Path temp;

    private Path output;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        cluster = new SparkCluster(Files.createDirectory(shared.resolve("cluster")));
        Path folder = shared.resolve("undisturbed");
        assertThat(new GenerateRuns().generate(input.toString(), folder, OPTIONS.toArray(String[]::new)))
                .isEqualTo(ExitCode.DONE);
        undisturbed = GenerateRuns.records(folder);
        undisturbedRows = rows(folder);
        undisturbedFiles = GenerateRuns.files(folder);
        assertThat(undisturbed).hasSizeBetween(8, CHUNKS);
    }

    @AfterAll
    void closeCluster() {
        cluster.close();
    }

    static Stream<Arguments> pointsAndSeeds() {
        String points = System.getProperty("promptmill.chaos.points");
        String[] seeds = System.getProperty("promptmill.chaos.seeds").split("-", -1);
        Stream<KillPoint> chosen = points.equals("all")
                ? Arrays.stream(KillPoint.values())
                : Arrays.stream(points.split(",", -1)).map(KillPoint::valueOf);
        return chosen.flatMap(
                point -> IntStream.rangeClosed(Integer.parseInt(seeds[0]), Integer.parseInt(seeds[seeds.length - 1]))
                        .mapToObj(seed -> Arguments.of(point, seed)));
    }

    /** An executor: the job ends all the same. The driver: nothing half visible, a resume computes only what is missing. */
    @ParameterizedTest
    @MethodSource("pointsAndSeeds")
    void a_run_that_is_killed_ends_as_an_undisturbed_one(KillPoint point, int seed) throws Exception {
        output = temp.resolve("out");
        Tally tally = new Tally();
        long start = System.nanoTime();
        String equal = "no";
        try {
            killAndResume(point, new Random((point + " " + seed).hashCode()), tally);
            assertAsUndisturbed();
            equal = "yes";
        } finally {
            String line = String.format(
                    Locale.ROOT,
                    "%s point=%s seed=%d kills=%d commands=%d kept=%d seconds=%.0f equal=%s%n",
                    Instant.now().truncatedTo(ChronoUnit.SECONDS),
                    point,
                    seed,
                    tally.kills,
                    tally.commands,
                    tally.kept,
                    (System.nanoTime() - start) / 1e9,
                    equal);
            System.out.print(line);
            Files.writeString(
                    Path.of(System.getProperty("promptmill.chaos.report")),
                    line,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** A speculative copy on the other host publishes first, at the moment the held attempt does. */
    @Test
    void a_speculative_duplicate_does_no_harm() throws Exception {
        output = temp.resolve("out");
        Path kill = Files.createDirectory(temp.resolve("kill"));
        Process driver = start(kill, new Point(Event.CLOSED, "chunk-.*", 2, Action.HOLD, 0));
        assertThat(exitCode(driver)).as(console()).isZero();
        assertThat(undisturbed).containsKey(Files.readString(kill.resolve(KillingFileSystem.OVERTAKEN)));
        assertAsUndisturbed();
    }

    /** A driver that was halted and taken for dead wakes up while another has its folder. */
    @Test
    @EnabledIfSystemProperty(named = "promptmill.chaos.points", matches = "all", disabledReason = "takes long")
    void a_second_driver_is_refused_while_the_first_lives_and_after_it_was_taken_for_dead_the_two_never_mix()
            throws Exception {
        output = temp.resolve("out");
        Process zombie = start(null, null, "--slots=1");
        try {
            await(zombie, () -> !GenerateRuns.chunkNames(output).isEmpty());
            signal(zombie, "STOP");
            Path zombieConsole = Files.move(temp.resolve("console.txt"), temp.resolve("zombie.txt"));
            assertThat(exitCode(start(null, null, "--resume"))).isEqualTo(ExitCode.OUTPUT_REFUSED.number());
            assertThat(console()).contains("output_in_use: ");
            grow(output);
            Process second = start(null, null, "--resume");
            await(second, () -> Files.exists(output.resolve(LeaseFile.name(2))));
            signal(zombie, "CONT");
            assertThat(exitCode(second)).as(console()).isZero();
            assertThat(exitCode(zombie)).as(Files.readString(zombieConsole)).isEqualTo(1);
            assertThat(Files.readString(zombieConsole)).contains("Another run has taken over file:" + output);
        } finally {
            zombie.destroyForcibly();
        }
        assertAsUndisturbed();
    }

    private void killAndResume(KillPoint point, Random random, Tally tally) throws Exception {
        int kills = point.inFiles(random).isPresent() ? 1 : 1 + random.nextInt(3);
        int exitCode = -1;
        while (exitCode != 0) {
            assertThat(tally.commands).as(console()).isLessThan(MAX_RUNS);
            Map<String, Object> before = chunksAsTheyLie();
            exitCode = tally.kills < kills && tally.commands < kills ? killed(point, random, tally) : resumed(tally);
            assertThat(chunksAsTheyLie()).as("finished chunks stay").containsAllEntriesOf(before);
            tally.kept = before.size();
        }
    }

    /** One command whose driver or executor is killed, unless it ended before. */
    private int killed(KillPoint point, Random random, Tally tally) throws Exception {
        tally.commands++;
        Point inFiles = point.inFiles(random).orElse(null);
        int exitCode;
        boolean hit;
        if (inFiles != null) {
            Path folder = Files.createDirectory(temp.resolve("kill"));
            exitCode = exitCode(start(folder, inFiles));
            hit = Files.exists(folder.resolve(KillingFileSystem.DONE));
            assertThat(hit).as(console()).isTrue();
        } else {
            Process driver = start(null, null, "--resume");
            hit = !driver.waitFor(random.nextInt(ANY_TIME_MILLIS), TimeUnit.MILLISECONDS)
                    && kill(point, driver, random);
            exitCode = exitCode(driver);
        }
        if (hit) {
            tally.kills++;
        }
        assertThat(exitCode).as(console()).isEqualTo(hit && point.killsDriver() ? KILLED : 0);
        return exitCode;
    }

    /** Whether there was something to kill. */
    private boolean kill(KillPoint point, Process driver, Random random) {
        if (point.killsDriver()) {
            driver.destroyForcibly();
            return true;
        }
        List<ProcessHandle> executors = cluster.executors();
        return !executors.isEmpty()
                && executors.get(random.nextInt(executors.size())).destroyForcibly();
    }

    /** One command that is left alone. Executors whose driver was killed may still finish a chunk beneath it. */
    private int resumed(Tally tally) throws Exception {
        tally.commands++;
        int exitCode = exitCode(start(null, null, "--resume"));
        if (exitCode == ExitCode.OUTPUT_REFUSED.number()) {
            assertThat(console()).contains("output_taken: ");
        } else {
            assertThat(exitCode).as(console()).isZero();
        }
        return exitCode;
    }

    /** The finished chunks, equal to those of the undisturbed run, with what tells one file from another. */
    private Map<String, Object> chunksAsTheyLie() throws IOException {
        Map<String, ChunkRecord> records = GenerateRuns.records(output);
        assertThat(undisturbed).containsAllEntriesOf(records);
        Map<String, Object> files = new HashMap<>();
        for (String name : records.keySet()) {
            files.put(
                    name,
                    Files.readAttributes(output.resolve(name), BasicFileAttributes.class)
                            .fileKey());
        }
        return files;
    }

    private void assertAsUndisturbed() throws IOException {
        assertThat(GenerateRuns.records(output)).isEqualTo(undisturbed);
        assertThat(rows(output)).isEqualTo(undisturbedRows);
        // Executors of a dead driver clean up too late; a resume leaves a finished folder as it is, lease of the dead
        // included.
        Map<String, String> files = GenerateRuns.files(output);
        files.keySet().removeIf(name -> name.startsWith("_promptmill/tmp/") || LeaseFile.isName(name));
        assertThat(files.keySet()).isEqualTo(undisturbedFiles.keySet());
    }

    private static List<String> rows(Path folder) {
        return TestSpark.session().read().parquet(folder.toString()).orderBy("id", "index").collectAsList().stream()
                .map(Row::toString)
                .toList();
    }

    private Process start(Path kill, Point point, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "org.apache.spark.deploy.SparkSubmit",
                "--master=" + cluster.url(),
                "--conf=spark.cores.max=2",
                "--conf=spark.executor.cores=1",
                "--conf=spark.executor.memory=640m",
                "--conf=spark.executor.extraJavaOptions=" + SparkProcess.QUICK_START,
                "--conf=spark.ui.enabled=false",
                "--conf=spark.speculation=true",
                "--conf=spark.speculation.multiplier=1.0",
                "--conf=spark.speculation.quantile=0.25"));
        List<String> classPath = new ArrayList<>();
        if (kill != null) {
            String classes =
                    Path.of(System.getProperty("promptmill.test-classes")).toString();
            classPath.add(classes);
            command.addAll(List.of(
                    "--conf=spark.executor.extraClassPath=" + classes,
                    "--conf=spark.hadoop.fs.file.impl=" + KillingFileSystem.class.getName(),
                    "--conf=spark.hadoop." + KillingFileSystem.POINT + "=" + point.text(),
                    "--conf=spark.hadoop." + KillingFileSystem.FOLDER + "=" + kill));
        }
        // Not copied to each executor: it is large. For such a path spark-submit does not look into the manifest.
        command.add("--class=" + Promptmill.class.getName());
        command.add("local:" + System.getProperty("promptmill.jar"));
        command.addAll(List.of("generate", "--input=" + input, "--output=" + output));
        command.addAll(OPTIONS);
        command.addAll(List.of(more));
        Process driver = SparkProcess.start(
                "127.0.0.1", classPath, command, Path.of("."), temp.resolve("work"), temp.resolve("console.txt"));
        if (kill != null) {
            Files.writeString(kill.resolve(KillingFileSystem.DRIVER), Long.toString(driver.pid()));
        }
        return driver;
    }

    private static int exitCode(Process driver) throws InterruptedException {
        try {
            assertThat(driver.waitFor(5, TimeUnit.MINUTES)).as("ended in time").isTrue();
            return driver.exitValue();
        } finally {
            driver.destroyForcibly();
        }
    }

    private String console() throws IOException {
        Path console = temp.resolve("console.txt");
        return Files.exists(console) ? Files.readString(console) : "";
    }

    private static void await(Process process, Condition condition) throws Exception {
        while (!condition.holds()) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                    .as("ended before")
                    .isFalse();
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** As if its driver had been silent for years. */
    private static void grow(Path output) throws IOException {
        for (String name : GenerateRuns.files(output).keySet()) {
            if (name.startsWith("_promptmill/")) {
                Files.setLastModifiedTime(output.resolve(name), LONG_AGO);
            }
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** What it took. */
    private static final class Tally {
        private int kills;
        private int commands;
        /** Chunks that were there before the last command. */
        private int kept;
    }
}
