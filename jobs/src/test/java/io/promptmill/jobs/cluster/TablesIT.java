package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.pages.Fence;
import io.promptmill.jobs.table.TableState;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables of Delta Lake and Iceberg, read with their own packages by the commands that the page on generating shows: a run is
 * interrupted, the table changes, and the run goes on with the rows that it was begun with.
 */
@Tag("clients")
class TablesIT {
    private static final String PAGE = ".github/GENERATING.md";
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String ROWS = " select id, concat('The sea ', id) as prompt from range(%s)";

    @TempDir
    private Path temp;

    @BeforeEach
    void makeModel() throws IOException {
        SmallModel.in(temp.resolve("gpt2"));
    }

    @Test
    void aTableOfDeltaLakeIsReadAtTheVersionThatARunWasBegunWith() throws Exception {
        Command command = command("delta.`hdfs:///tables/posts`");
        String table = command.table();
        runs(
                command,
                "create table " + table + " using delta as" + String.format(ROWS, "9"),
                List.of(
                        "update " + table + " set prompt = 'another text' where id < 4",
                        "delete from " + table + " where id = 8",
                        "insert into " + table + String.format(ROWS, "9, 12"),
                        "optimize " + table),
                "restore table " + table + " to version as of 0",
                "set spark.databricks.delta.retentionDurationCheck.enabled=false",
                "vacuum " + table + " retain 0 hours");
    }

    @Test
    void aTableOfIcebergIsReadAtTheSnapshotThatARunWasBegunWith() throws Exception {
        Command command = command("lake.db.posts");
        runs(
                command,
                "create table lake.db.posts using iceberg as" + String.format(ROWS, "9"),
                List.of(
                        "update lake.db.posts set prompt = 'another text' where id < 4",
                        "delete from lake.db.posts where id = 8",
                        "insert into lake.db.posts" + String.format(ROWS, "9, 12"),
                        "call lake.system.rewrite_data_files(table => 'db.posts', options => map('rewrite-all', 'true'))"),
                "call lake.system.rollback_to_snapshot('db.posts', %s)",
                "call lake.system.expire_snapshots(table => 'db.posts', retain_last => 1,"
                        + " older_than => timestamp '2999-01-01 00:00:00')");
    }

    private void runs(Command command, String create, List<String> changes, String back, String... forget)
            throws Exception {
        story(command, List.of(create), List.of());
        Path output = temp.resolve("generated");
        DriverProcess begun = DriverProcess.run(command.sparkOptions(), temp, with(command.arguments(), "--chunks=3"));
        assertThat(begun.exitCode()).as(begun.console()).isZero();
        List<Row> undisturbed = rows(output);
        GenerateRuns.cut(output, 0);
        TableState before = plan(output, "plan.json").inputTable();
        assertThat(before.version()).matches("\\d+");

        DriverProcess resumed = story(command, changes, with(command.arguments(), "--chunks=3", "--resume"));
        assertThat(resumed.exitCode()).as(resumed.console()).isZero();
        List<Row> rows = rows(output);
        assertThat(rows).hasSize(9).isEqualTo(undisturbed);

        DriverProcess refused = story(command, List.of(), with(command.arguments(), "--chunks=3", "--append"));
        assertThat(refused.exitCode()).isEqualTo(ExitCode.OUTPUT_REFUSED.number());
        assertThat(refused.console()).contains("append_differs: --append cannot continue the run in ");
        DriverProcess appended = story(
                command,
                List.of(
                        String.format(back, before.version()),
                        "insert into " + command.table() + String.format(ROWS, "9, 12")),
                with(command.arguments(), "--chunks=3", "--append"));
        assertThat(appended.exitCode()).as(appended.console()).isZero();
        assertThat(appended.console()).contains("3 prompts: 3 ok, 0 rejected, 0 failed");
        assertThat(rows(output)).hasSize(12).containsAll(rows);

        GenerateRuns.cut(output, 1);
        TableState latest = plan(output, "plan-g0001.json").inputTable();
        DriverProcess gone = story(
                command,
                Stream.concat(Stream.of(changes.get(0)), Stream.of(forget)).toList(),
                with(command.arguments(), "--chunks=3", "--resume"));
        assertThat(gone.exitCode()).as(gone.console()).isEqualTo(ExitCode.INPUT_REFUSED.number());
        assertThat(gone.console())
                .contains(
                        "promptmill: table_version_gone: --input-table " + latest.name() + " cannot be read at version "
                                + latest.version() + " any more, ",
                        "start anew with --overwrite");
    }

    private static RunPlan plan(Path output, String name) throws IOException {
        return RunPlan.parse(Files.readAllBytes(output.resolve("_promptmill").resolve(name)));
    }

    private DriverProcess story(Command command, List<String> statements, String[] arguments)
            throws IOException, InterruptedException {
        return story(command, statements, List.of(arguments));
    }

    /** Statements in the Spark of a command, and then that command. */
    private DriverProcess story(Command command, List<String> statements, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(command.sparkOptions());
        options.add("--class=" + TableStory.class.getName());
        List<String> all = new ArrayList<>(statements);
        if (!arguments.isEmpty()) {
            all.add(TableStory.COMMAND);
            all.addAll(arguments);
        }
        DriverProcess story = DriverProcess.run(options, temp, all.toArray(String[]::new));
        if (arguments.isEmpty()) {
            assertThat(story.exitCode()).as(story.console()).isZero();
        }
        return story;
    }

    /**
     * A command of the page.
     *
     * @param sparkOptions of {@code spark-submit}
     * @param arguments of Promptmill
     * @param table as it is called on this machine
     */
    private record Command(List<String> sparkOptions, List<String> arguments, String table) {}

    /** The one that reads a table of this name, with its files below the test's folder. */
    private Command command(String table) throws IOException {
        String line = Fence.of(PAGE).stream()
                .flatMap(fence -> fence.commands().stream())
                .filter(command -> command.contains(" --input-table " + table + " ")
                        || command.contains(" --input-table '" + table + "' "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command reads " + table));
        List<String> words = WORD.matcher(line)
                .results()
                .map((MatchResult word) -> word.group(1) != null ? word.group(1) : word.group(2))
                .map(word -> word.replace("hdfs:///", temp + "/"))
                .map(word -> word.equals("gpt2") || word.equals("generated")
                        ? temp.resolve(word).toString()
                        : word)
                .toList();
        assertThat(words.get(0)).isEqualTo("spark-submit");
        int jar = words.indexOf("jobs/target/promptmill.jar");
        List<String> options = new ArrayList<>(words.subList(1, jar));
        options.addAll(List.of("--master=local[2]", "--conf=spark.sql.shuffle.partitions=2"));
        options.add("--conf=spark.jars.ivy=" + temp.resolve("ivy"));
        options.add("--conf=spark.sql.warehouse.dir=" + temp.resolve("warehouse"));
        options.add("--conf=spark.sql.sources.parallelPartitionDiscovery.parallelism=2"); // of vacuum, not 10,000
        return new Command(options, words.subList(jar + 1, words.size()), table.replace("hdfs:///", temp + "/"));
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private static List<Row> rows(Path folder) {
        return TestSpark.session()
                .read()
                .parquet(folder.toString())
                .orderBy("id")
                .select("id", "prompt", "generated_text")
                .collectAsList();
    }
}
