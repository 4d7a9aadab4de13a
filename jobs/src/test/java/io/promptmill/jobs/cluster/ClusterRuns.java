package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.ChunkRecord;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * Runs of one command of the real jar on a {@link SparkCluster}, what an undisturbed one writes, and a report of what
 * became of the others.
 */
public final class ClusterRuns implements AutoCloseable {
    static final int CHUNKS = 8;

    private static final List<String> OPTIONS = List.of(
            "--chunks=" + CHUNKS,
            "--seed=7",
            "--do-sample",
            "--max-new-tokens=12",
            "--num-return-sequences=2",
            "--slots=8");

    private static final Path REPORT = Path.of(System.getProperty("promptmill.chaos.report"));

    private final SparkCluster cluster;
    private final Path input;
    private final Map<String, ChunkRecord> undisturbed;
    private final List<String> undisturbedRows;
    private final Map<String, String> undisturbedFiles;

    /**
     * Starts the cluster and lets a run in this JVM do its work undisturbed.
     *
     * @param folder is this object's own
     */
    ClusterRuns(Path folder) throws Exception {
        input = folder.resolve("prompts");
        TestSpark.session()
                .read()
                .parquet(GenerateRuns.PROMPTS)
                .orderBy("id")
                .limit(3 * CHUNKS)
                .write()
                .parquet(input.toString());
        Path output = folder.resolve("undisturbed");
        assertThat(here(output)).isEqualTo(ExitCode.DONE);
        undisturbed = GenerateRuns.records(output);
        assertThat(undisturbed).hasSizeBetween(CHUNKS - 2, CHUNKS);
        undisturbedRows = rows(output);
        undisturbedFiles = GenerateRuns.files(output);
        cluster = new SparkCluster(Files.createDirectory(folder.resolve("cluster")));
    }

    /** Starts one more worker on that host. */
    void join(String host) throws IOException, InterruptedException {
        cluster.join(host);
    }

    /** The executors that are alive. */
    List<ProcessHandle> executors() {
        return cluster.executors();
    }

    /** What its chunk files say of their rows, by name. */
    Map<String, ChunkRecord> undisturbed() {
        return undisturbed;
    }

    /** Runs the command in this JVM. */
    ExitCode here(Path output, String... more) throws RefusalException, IOException {
        return new GenerateRuns().generate(input.toString(), output, options(more));
    }

    /**
     * Submits the command.
     *
     * @param folder where its executors work
     * @param console takes what it prints
     */
    SubmittedRun submit(Path output, Path folder, Path console, List<String> sparkOptions, String... more)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(cluster.options());
        command.addAll(List.of(
                "--conf=spark.cores.max=2",
                "--conf=spark.executor.memory=640m",
                "--conf=spark.executor.extraJavaOptions=" + SparkProcess.QUICK_START,
                "--conf=spark.sql.shuffle.partitions=2",
                "--conf=spark.ui.enabled=false",
                "--conf=spark.speculation=true",
                "--conf=spark.speculation.multiplier=1.0",
                "--conf=spark.speculation.quantile=0.25"));
        command.addAll(sparkOptions);
        // Not copied to each executor: it is large. For such a path spark-submit does not look into the manifest.
        command.add("--class=" + Promptmill.class.getName());
        command.add("local:" + System.getProperty("promptmill.jar"));
        command.addAll(List.of("generate", "--input=" + input, "--output=" + output));
        command.addAll(List.of(options(more)));
        return new SubmittedRun(SparkProcess.start("127.0.0.1", command, Path.of("."), folder, console), console);
    }

    /**
     * Fails unless a folder holds the rows, the chunks and the files of the undisturbed run. Left aside is only what
     * belongs to nobody any more and to no reader: what executors of a dead driver clear away too late, and claims that
     * are too fresh to be cleared.
     */
    void assertAsUndisturbed(Path output) throws IOException {
        assertThat(GenerateRuns.records(output)).isEqualTo(undisturbed);
        assertThat(rows(output)).isEqualTo(undisturbedRows);
        Map<String, String> files = GenerateRuns.files(output);
        files.keySet().removeIf(name -> name.startsWith("_promptmill/tmp/") || OutputFiles.isClaim(name));
        assertThat(files.keySet()).isEqualTo(undisturbedFiles.keySet());
    }

    /** Adds a line to the report. */
    public static void report(String format, Object... values) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "%s " + format + "%n",
                Stream.concat(Stream.of(Instant.now().truncatedTo(ChronoUnit.SECONDS)), Stream.of(values))
                        .toArray());
        System.out.print(line);
        Files.writeString(REPORT, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The numbers of a system property such as {@code 3} or {@code 1-20}. */
    public static IntStream range(String property) {
        String[] ends = System.getProperty(property).split("-", -1);
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    @Override
    public void close() {
        cluster.close();
    }

    private static String[] options(String... more) {
        List<String> all = new ArrayList<>(OPTIONS);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static List<String> rows(Path folder) {
        return TestSpark.session().read().parquet(folder.toString()).orderBy("id", "index").collectAsList().stream()
                .map(Row::toString)
                .toList();
    }
}
