package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.table.SnapshotCatalog;
import io.promptmill.jobs.table.SnapshotCatalog.Prompt;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs over tables: interrupted, continued and appended to while the table changes. */
@Tag("spark")
class TableInputIT {
    private static final List<String> SETTINGS = List.of("--max-new-tokens=3", "--do-sample", "--seed=5", "--chunks=3");

    private final SparkSession spark = TestSpark.session();
    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    @AfterEach
    void drop() {
        spark.sql("drop table if exists generated_posts");
    }

    @Test
    void aRunOverATableIsContinuedAtTheVersionItWasBegunWithAndAppendedToFromTheLatest() throws Exception {
        List<Prompt> before = prompts(0, 9);
        SnapshotCatalog.write("night", 1, before);
        Path whole = temp.resolve("whole");
        assertThat(generate("snapshots.db.night", whole)).isEqualTo(ExitCode.DONE);
        Path output = temp.resolve("out");
        GenerateRuns.copy(whole, output);
        GenerateRuns.cut(output, 0);

        List<Prompt> changed = new ArrayList<>(prompts(5, 12));
        changed.add(new Prompt("0", "another text"));
        SnapshotCatalog.write("night", 2, changed);
        assertThat(generate("snapshots.db.night", output, "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output)).isEqualTo(GenerateRuns.chunks(whole));
        RunPlan plan = RunPlan.parse(Files.readAllBytes(output.resolve(RunPlan.FILE)));
        assertThat(plan.input()).isEqualTo("snapshots.db.night");
        assertThat(plan.inputTable().version()).isEqualTo("1");

        refused(
                ExitCode.OUTPUT_REFUSED,
                "append_differs: --append cannot continue the run in file:" + output
                        + ": the rows of snapshots.db.night"
                        + " with ids that are in the folder were 9 rows of version 1 with digest "
                        + plan.inputTable().digest()
                        + " and are now 5 rows of version 2 with digest ",
                "snapshots.db.night",
                output,
                "--append");
        SnapshotCatalog.write("night", 3, prompts(0, 12));
        assertThat(generate("snapshots.db.night", output, "--append")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).startsWith("3 prompts: 3 ok, 0 rejected, 0 failed");
        assertThat(GenerateRuns.chunks(output)).containsAllEntriesOf(GenerateRuns.chunks(whole));

        Path cut = temp.resolve("cut");
        GenerateRuns.copy(output, cut);
        GenerateRuns.cut(cut, 1);
        SnapshotCatalog.write("night", 4, List.of());
        assertThat(generate("snapshots.db.night", cut, "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(cut)).isEqualTo(GenerateRuns.chunks(output));

        SnapshotCatalog.expire("night", 3);
        refused(
                ExitCode.INPUT_REFUSED,
                "table_version_gone: --input-table snapshots.db.night cannot be read at version 3 any more, ",
                "snapshots.db.night",
                cut,
                "--resume");
    }

    @Test
    void aRunOverATableWithoutVersionsGivesTheRowsOfItsFilesAndIsContinuedWhileItHoldsTheSameRows() throws Exception {
        createPosts(1);
        Path whole = temp.resolve("whole");
        runs.generate(temp.resolve("posts1").toString(), whole, SETTINGS.toArray(String[]::new));
        Path output = temp.resolve("out");
        assertThat(generate("generated_posts", output)).isEqualTo(ExitCode.DONE);
        GenerateRuns.cut(output, 0);
        spark.sql("insert into generated_posts values (9, 'later', 1.5)");
        refused(
                ExitCode.OUTPUT_REFUSED,
                "resume_differs: --resume cannot continue the run in file:" + output + ": input table"
                        + " spark_catalog.default.generated_posts was 9 rows with digest ",
                "generated_posts",
                output,
                "--resume");
        drop();
        createPosts(2);
        assertThat(generate("generated_posts", output, "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(rows(output)).hasSize(9).isEqualTo(rows(whole));
    }

    /** The same rows in another folder and in so many files. */
    private void createPosts(int files) {
        spark.sql("create table generated_posts using parquet location '" + temp.resolve("posts" + files) + "' as"
                + " select id, concat('The sea ', id) as prompt, cast(id / 2 as decimal(9, 2)) as price"
                + " from range(0, 9, 1, " + files + ")");
    }

    private ExitCode generate(String table, Path output, String... more) throws RefusalException, IOException {
        return runs.print(Stream.of(List.of("--input-table=" + table, "--output=" + output), SETTINGS, List.of(more))
                .flatMap(List::stream)
                .toList());
    }

    private void refused(ExitCode code, String message, String table, Path output, String... options)
            throws IOException {
        var untouched = GenerateRuns.files(output);
        assertThatThrownBy(() -> generate(table, output, options))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(code);
        assertThat(GenerateRuns.files(output)).isEqualTo(untouched);
    }

    private static List<Prompt> prompts(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(id -> new Prompt(Integer.toString(id), "The sea " + id))
                .toList();
    }

    private static List<Row> rows(Path folder) {
        return TestSpark.session()
                .read()
                .parquet(folder.toString())
                .orderBy("id", "index")
                .collectAsList();
    }
}
