package io.promptmill.jobs.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.output.TestPlans;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.testing.DamagedParquet;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareTest {
    private static final String ROWS =
            "select string(id) as id, 'p' as prompt, int(0) as index, concat('text ', id) as generated_text,"
                    + " array(int(id), 7) as token_ids, 'ok' as status, double(id) as score from range(40)";

    private final CompareRuns runs = new CompareRuns();

    @TempDir
    private Path temp;

    private Path a;
    private Path b;

    @BeforeEach
    void nameFolders() {
        a = temp.resolve("a");
        b = temp.resolve("b");
    }

    @Test
    void equalRowsAreEqualInAnyNumberOfChunksAndAnyOrder() throws Exception {
        write(a, 2, ROWS);
        write(b, 3, ROWS + " order by id desc");
        assertThat(compare()).isEqualTo(ExitCode.DONE);
        assertThat(lines()).containsExactly("A: file:" + a, "B: file:" + b, "equal: 40 rows");
    }

    @Test
    void whatDiffersIsToldByIdIndexAndColumnWithBothValuesAndWhatExplainsIt() throws Exception {
        write(a, 2, ROWS);
        write(
                b,
                2,
                Map.of("seed", 8),
                ROWS.replace(
                                "concat('text ', id)",
                                "if(id in (9, 10), concat('texts', chr(10), id), concat('text ', id))")
                        .replace("range(40)", "range(1, 41)"));
        assertThat(compare()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(ExitCode.DIFFERENT.number()).isEqualTo(9);
        assertThat(lines())
                .containsExactly(
                        "A: file:" + a,
                        "B: file:" + b,
                        "different: 37 rows equal, 2 different, 1 only in A, 1 only in B",
                        "rows by column that differs: generated_text 2",
                        "  id 0, index 0: only in A",
                        "  id 9, index 0, generated_text: \"text 9\" in A, \"texts\\n9\" in B",
                        "  id 10, index 0, generated_text: \"text 10\" in A, \"texts\\n10\" in B",
                        "  id 40, index 0: only in B",
                        "what differs between the runs:",
                        "  seed is 0 in A and 8 in B");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0.0D | -0.0D | 0.0 in A, -0.0 in B",
                "float(0.1) | float(0.10000001) | 0.1 in A, 0.10000001 in B",
                "array(1.0D, double('NaN')) | array(1.0D, 2.0D) | [1.0, NaN] in A, [1.0, 2.0] in B",
                "struct(1 as x, array(cast('0.0' as float)) as y) | struct(1 as x, array(cast('-0.0' as float)) as y) | {1, [0.0]} in A, {1, [-0.0]} in B",
                "map('k', 0.0D) | map('k', -0.0D) | {k: 0.0} in A, {k: -0.0} in B",
                "string(null) | '' | null in A, \"\" in B",
                "unhex('00ff') | unhex('00fe') | 00ff in A, 00fe in B",
                "decode(unhex('61E2808B'), 'UTF-8') | 'a' | \"a\\u200b\" in A, \"a\" in B",
            })
    void valuesAreComparedBitByBitWhateverTheyHold(String value, String other, String told) throws Exception {
        String row = "select 'x' as id, 'p' as prompt, int(0) as index, %s as v";
        write(a, 1, String.format(row, value));
        write(b, 1, String.format(row, other));
        assertThat(compare()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(lines()).contains("  id x, index 0, v: " + told);
    }

    @Test
    void ofLongValuesThePartIsShownWhereTheyBeginToDiffer() throws Exception {
        String row =
                "select 'x' as id, 'p' as prompt, int(0) as index, concat(repeat('x', 200), '%s', repeat('y', 90)) as v";
        write(a, 1, String.format(row, "left"));
        write(b, 1, String.format(row, "right"));
        assertThat(compare()).isEqualTo(ExitCode.DIFFERENT);
        String same = "\"…" + "x".repeat(16);
        assertThat(lines())
                .contains("  id x, index 0, v: " + same + "left" + "y".repeat(40) + "…\" in A, " + same + "right"
                        + "y".repeat(39) + "…\" in B");
    }

    @Test
    void notANumberIsItself() throws Exception {
        String rows =
                "select 'x' as id, 'p' as prompt, int(0) as index, double('NaN') as v, map('k', float('NaN')) as m";
        write(a, 1, rows);
        write(b, 1, rows);
        assertThat(compare()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void groupedRowsAreComparedBySequenceAlsoWithExplodedOnes() throws Exception {
        write(
                a,
                1,
                "select 1L as id, 'p' as prompt, array(named_struct('index', 0, 'generated_text', 'one'),"
                        + " named_struct('index', 1, 'generated_text', 'two')) as sequences, 'ok' as status union all"
                        + " select 2L, 'p', array(), 'rejected'");
        write(
                b,
                2,
                "select 1L as id, 'p' as prompt, 0 as index, 'one' as generated_text, 'ok' as status union all"
                        + " select 1L, 'p', 1, 'too', 'ok' union all select 2L, 'p', null, null, 'rejected'");
        assertThat(compare()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(lines())
                .contains(
                        "different: 2 rows equal, 1 different, 0 only in A, 0 only in B",
                        "  id 1, index 1, generated_text: \"two\" in A, \"too\" in B");
        assertThat(compare("--columns=status,prompt")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).contains("equal: 3 rows in status, prompt");
    }

    @Test
    void columnsThatOnlyOneSideHasOrHasWithAnotherTypeMakeADifferenceUnlessOthersAreChosen() throws Exception {
        write(a, 1, "select 'x' as id, 'p' as prompt, 0 as index, 'ok' as status, 1 as year, 'a' as note");
        write(b, 1, "select 'x' as id, 'p' as prompt, 0 as index, 'ok' as status, 1L as year, 'b' as other");
        assertThat(compare()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(lines())
                .contains(
                        "  the column year is int in A and bigint in B",
                        "  the column note is string in A and absent in B",
                        "  the column other is absent in A and string in B",
                        "  id x, index 0, year: 1 in A, 1 in B");
        assertThat(compare("--columns=prompt,status")).isEqualTo(ExitCode.DONE);
        assertThatThrownBy(() -> compare("--columns=note"))
                .hasMessage("column_unknown: --columns names note, the columns that both outputs have, beside id and"
                        + " index, are prompt, status, year, name some of these, or leave --columns out");
    }

    @Test
    void anUnfinishedFolderIsComparedAsFarAsItIs() throws Exception {
        write(a, 2, ROWS);
        write(b, 2, ROWS);
        Files.delete(b.resolve("chunk-00001-of-00002.parquet"));
        Files.delete(b.resolve("_SUCCESS"));
        assertThat(compare("--shown=1")).isEqualTo(ExitCode.DIFFERENT);
        assertThat(lines())
                .contains("B: file:" + b + " (not finished, 1 of 2 chunks there)")
                .anySatisfy(line -> assertThat(line)
                        .matches(
                                "different: (\\d+) rows equal, 0 different, (\\d+) only in A \\(\\2 of them in chunks that B"
                                        + " has not computed\\), 0 only in B"))
                .contains(
                        "nothing explains it in what is known of the runs: model, settings, seed, input, versions and CPU"
                                + " capability are the same")
                .filteredOn(line -> line.startsWith("  "))
                .hasSize(1);
    }

    @Test
    void jsonTellsTheSame() throws Exception {
        write(a, 2, ROWS);
        write(b, 2, Map.of("seed", 8), ROWS.replace("concat('text ', id)", "if(id = 3, null, concat('text ', id))"));
        assertThat(compare("--json")).isEqualTo(ExitCode.DIFFERENT);
        JsonNode told = new ObjectMapper().readTree(lines().get(0));
        assertThat(told.get("equal").asBoolean()).isFalse();
        assertThat(told.at("/rows/equal").asLong()).isEqualTo(39);
        assertThat(told.at("/rows/different").asLong()).isEqualTo(1);
        assertThat(told.at("/columns/generated_text").asLong()).isEqualTo(1);
        assertThat(told.get("first"))
                .hasToString(
                        "[{\"id\":\"3\",\"index\":0,\"column\":\"generated_text\",\"a\":\"\\\"text 3\\\"\",\"b\":\"null\"}]");
        assertThat(told.get("plans")).hasToString("[{\"field\":\"seed\",\"a\":\"0\",\"b\":\"8\"}]");
    }

    @Test
    void whatIsNoOutputOrDamagedIsRefusedByName() throws Exception {
        write(a, 1, ROWS);
        Files.createDirectories(b);
        assertThatThrownBy(this::compare)
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "output_unknown: file:" + b + " is no output of generate, there is no _promptmill/plan.json in"
                                + " it, name the folder that was --output of a run");
        Path file = Files.createFile(a.resolveSibling("file"));
        assertThatThrownBy(() -> StoredOutput.open(file.toString(), new Configuration()))
                .hasMessageStartingWith("output_unknown: file:" + file + " is no output of generate, it is a file, ");
        write(b, 1, ROWS);
        DamagedParquet.damage(b.resolve("chunk-00000-of-00001.parquet"), 0, pages -> Arrays.fill(pages, (byte) 0xff));
        assertThatThrownBy(this::compare)
                .hasMessageStartingWith(
                        "output_damaged: file:" + b + " holds 1 damaged file, chunk-00000-of-00001.parquet: ")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.OUTPUT_REFUSED);
    }

    @Test
    void anOutputWithoutAnyRowIsEqualToAnother() throws Exception {
        write(a, 1, ROWS + " limit 0");
        write(b, 2, ROWS + " limit 0");
        Files.delete(b.resolve("chunk-00000-of-00002.parquet"));
        Files.delete(b.resolve("chunk-00001-of-00002.parquet"));
        assertThat(compare()).isEqualTo(ExitCode.DONE);
    }

    private List<String> lines() {
        return runs.lines();
    }

    private ExitCode compare(String... options) throws RefusalException {
        return runs.compare(a, b, options);
    }

    private static void write(Path folder, int chunks, String query) throws IOException {
        write(folder, chunks, Map.of("seed", 0), query);
    }

    /** A finished output with these rows, each in the chunk of its id. */
    private static void write(Path folder, int chunks, Map<String, Object> settings, String query) throws IOException {
        Dataset<Row> rows = TestSpark.session().sql(query);
        Files.createDirectories(folder.resolve("_promptmill"));
        var plan = TestPlans.plan(chunks, settings, rows.schema());
        Files.writeString(folder.resolve("_promptmill/plan.json"), Json.write(plan));
        Files.writeString(folder.resolve("_SUCCESS"), "");
        for (int chunk = 0; chunk < chunks; chunk++) {
            Path part = folder.resolveSibling(folder.getFileName() + "-part");
            rows.where(TestPlans.rowsOf(plan, chunk))
                    .coalesce(1)
                    .write()
                    .mode("overwrite")
                    .parquet(part.toString());
            try (Stream<Path> files = Files.list(part)) {
                Path file = files.filter(name -> name.toString().endsWith(".parquet"))
                        .findFirst()
                        .orElseThrow();
                Files.move(file, folder.resolve(TestPlans.fileName(plan, chunk)));
            }
        }
    }
}
