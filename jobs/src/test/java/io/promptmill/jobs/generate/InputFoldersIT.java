package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An input of files that differ in place, name and types, through the whole job and a second time with more of them. */
class InputFoldersIT {
    private static final String[] OPTIONS = {
        "--prefix=", "--do-sample=false", "--min-new-tokens=0", "--max-new-tokens=40", "--chunks=2"
    };

    private final SparkSession spark = TestSpark.session();
    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    @Test
    void everyRowOfFilesOfAllDepthsNamesAndTypesOfIntegersIsGeneratedFrom() throws Exception {
        String ids = "array(%1$s(0), %1$s(1361), %1$s(1931), %1$s(291)) as prompt_token_ids";
        Path input = temp.resolve("[in] {a,b}?*");
        file(input.resolve("top.parquet"), "select 'a' as id, " + ids.formatted("int"));
        file(input.resolve("source=01/b:1%20#.parquet"), "select 'b' as id, " + ids.formatted("bigint"));
        file(
                input.resolve("more/source=__HIVE_DEFAULT_PARTITION__/ü.parquet"),
                "select 'c' as id, 7S as note, '{\"max_new_tokens\": 2}' as sampling_params, "
                        + ids.formatted("smallint"));
        Path output = temp.resolve("[out] {a,b}?*%20#");

        assertThat(runs.generate(input.toString(), output, OPTIONS)).isEqualTo(ExitCode.DONE);
        file(
                input.resolve("d.parquet"),
                "select 'd' as id, 8S as note, array(1L, " + (1L << 32) + ") as prompt_token_ids");
        Path appended = Files.createDirectory(temp.resolve("source=02"));
        GenerateRuns.copy(output, appended.resolve("[out]"));
        List<String> append =
                Stream.concat(Stream.of(OPTIONS), Stream.of("--append")).toList();
        assertThat(runs.generate(input.toString(), appended.resolve("[out]"), append.toArray(String[]::new)))
                .isEqualTo(ExitCode.DONE);

        List<Row> rows = spark.read()
                .option("__globPaths__", "false")
                .parquet(appended.resolve("[out]").toString())
                .orderBy("id")
                .selectExpr(
                        "concat_ws('|', id, status, nvl(string(note), '-'), nvl(string(source), '-'))",
                        "typeof(prompt_token_ids)",
                        "array_join(token_ids, ' ')",
                        "error")
                .collectAsList();
        assertThat(rows)
                .extracting(row -> row.getString(0))
                .containsExactly("a|ok|-|-", "b|ok|-|01", "c|ok|7|-", "d|rejected|8|-");
        assertThat(rows).allSatisfy(row -> assertThat(row.getString(1)).isEqualTo("array<bigint>"));
        assertThat(rows)
                .extracting(row -> row.getString(2))
                .as("what transformers generates")
                .containsExactly("258 569 1969 285 585 14 0", "258 569 1969 285 585 14 0", "258 569", null);
        assertThat(rows.get(3).getString(3))
                .isEqualTo("bad_token_ids: the token id at position 1 is 4294967296, no vocabulary has an id beyond 32"
                        + " bits, correct the row's prompt_token_ids");
    }

    private void file(Path target, String query) throws IOException {
        Path written = temp.resolve("written");
        spark.sql(query).coalesce(1).write().mode(SaveMode.Overwrite).parquet(written.toString());
        Files.createDirectories(target.getParent());
        try (Stream<Path> parts = Files.list(written)) {
            Files.write(
                    target,
                    Files.readAllBytes(parts.filter(part -> part.toString().endsWith(".parquet"))
                            .findFirst()
                            .orElseThrow()));
        }
    }
}
