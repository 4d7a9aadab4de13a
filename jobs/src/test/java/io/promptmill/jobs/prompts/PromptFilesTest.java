package io.promptmill.jobs.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Sha256;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.source.SourceFormat;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.rows.PromptColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts in files of several formats and inputs, with ids of their own and with ids that are made. */
class PromptFilesTest {
    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path in;

    @TempDir
    private Path temp;

    @Test
    void filesOfAllFormatsAreOneTableWithTheColumnsOfEach() throws Exception {
        write("a.csv", "id,prompt,topic\r\n1,\"one, two\r\nthree\",sea\r\n\r\n2,,\"\"\r\n");
        write(
                "b.jsonl",
                "{\"ID\": 3, \"prompt\": \"json\", \"n\": 1.50, \"sampling_params\": {\"top_k\": 5}}\n"
                        + "{\"id\": \"4\", \"prompt\": null, \"topic\": [1]}\n");
        parquet("c.parquet", "select '5' as id, 'columns' as prompt, 2 as number");
        InputTable input = TestInputs.open(in);
        assertThat(input.source().schema().simpleString())
                .isEqualTo("struct<id:string,prompt:string,number:int,promptmill problem:string,topic:string,n:string,"
                        + "sampling_params:string>");
        assertThat(rows(input, "id", "prompt", "number", "topic", "n", "sampling_params"))
                .containsExactly(
                        "1|one, two\r\nthree|null|sea|null|null",
                        "2|null|null||null|null",
                        "3|json|null|null|1.50|{\"top_k\":5}",
                        "4|null|null|[1]|null|null",
                        "5|columns|2|null|null|null");
        assertThat(input.checkIds()).isEqualTo(new InputTable.Size(5, 15));
        assertThat(input.columns().outputSchema().fieldNames())
                .containsSubsequence("error", "number", "topic", "n")
                .doesNotContain("promptmill problem", "sampling_params");
    }

    @Test
    void aRowThatCannotBeReadHasItsPlaceAsIdAndSaysWhy() throws Exception {
        write("a.csv", "id,prompt\nfirst,good\nsecond,too,many\nthird,good\n");
        write(
                "b.jsonl",
                "{\"id\": \"x\", \"prompt\": \"good\"}\n{\"id\": \"y\", \"prompt\": \"cut\n"
                        + "{\"id\": \"z\", \"prompt\": [{\"role\": \"user\"}]}\n");
        assertThat(rows(TestInputs.open(in), "id", "prompt", "promptmill problem"))
                .containsExactly(
                        "a.csv#1|null|3 fields where the header has 2",
                        "b.jsonl#1|null|malformed JSON at column 27",
                        "b.jsonl#2|null|a list or an object in the column prompt",
                        "first|good|null",
                        "third|good|null",
                        "x|good|null");
    }

    @Test
    void idsAreMadeOfFilesAndRowsWhateverThePartitions() throws Exception {
        write("more/a.txt", "one\n\nthree");
        write("b.jsonl", "\n{\"prompt\": \"json\"}\n{\"prompt\": \"cut\n{\"prompt\": \"j3\"}\n");
        spark.sql("select concat('p', id) as prompt from range(1000)")
                .coalesce(1)
                .write()
                .option("parquet.block.size", 1)
                .parquet(in.resolve("p %20").toString());
        SparkConf conf = spark.sparkContext().conf(); // of the sessions to come, which read
        conf.set("spark.sql.files.maxPartitionBytes", "300");
        InputTable input = TestInputs.open("auto", in);
        conf.remove("spark.sql.files.maxPartitionBytes");
        assertThat(input.checkIds().rows()).isEqualTo(1006);
        List<String> rows = rows(input, "id", "prompt", "promptmill problem");
        assertThat(rows.subList(0, 6))
                .containsExactly(
                        "b.jsonl#1|json|null",
                        "b.jsonl#2|null|malformed JSON at column 16",
                        "b.jsonl#3|j3|null",
                        "more/a.txt#0|one|null",
                        "more/a.txt#1||null",
                        "more/a.txt#2|three|null");
        assertThat(rows.subList(6, rows.size()).stream().map(row -> row.replaceFirst("^p %20/part-[^#]*", "part")))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1000)
                        .mapToObj(i -> "part#" + i + "|p" + i + "|null")
                        .toList());
        assertThat(input.source().javaRDD().getNumPartitions()).isGreaterThan(5);
        assertThat(input.idColumn()).isEqualTo("id");
    }

    @Test
    void severalInputsAndPatternsAreReadOnceEachWithNamesBelowTheirOwn() throws Exception {
        write("x/a.txt", "xa");
        write("x/b.txt", "xb");
        write("y/deep/c.txt", "yc");
        write("y/d.csv", "prompt\nyd\n");
        assertThat(rows(TestInputs.open("auto", in + "/x/*.txt", in.resolve("y"), in + "/*/d.csv"), "id", "prompt"))
                .containsExactly("a.txt#0|xa", "b.txt#0|xb", "d.csv#0|yd", "deep/c.txt#0|yc");
        assertThat(rows(TestInputs.open("auto", in.resolve("x/a.txt")), "id")).containsExactly("a.txt#0");
        InputTable both = TestInputs.open("auto", in.resolve("x"), in.resolve("y"));
        assertThat(both.place()).isEqualTo("file:" + in + "/x, file:" + in + "/y");
        assertThat(both.query("true")).isEqualTo("the rows of " + both.place() + " for which true");
        write("y/a.txt", "ya");
        refused(
                "file_name_repeated: file:" + in + "/x/a.txt is called as another file is below its own --input, with"
                        + " --id-column auto their rows would have the same ids, rename one of the files, or give a folder"
                        + " around both as --input",
                "auto",
                in.resolve("x"),
                in.resolve("y"));
        assertThat(rows(TestInputs.open("auto", in), "id"))
                .containsExactly("x/a.txt#0", "x/b.txt#0", "y/a.txt#0", "y/d.csv#0", "y/deep/c.txt#0");
    }

    @Test
    void namesTellTheFormatUnlessOneIsGivenAndFoldersGiveColumns() throws Exception {
        write("lang=de/prompts.tsv", "prompt\none\n");
        PromptOrigin csv =
                new PromptOrigin(List.of(in.toString()), Optional.of(SourceFormat.CSV), Optional.empty(), List.of());
        assertThat(rows(TestInputs.open("auto", csv), "id", "prompt", "lang"))
                .containsExactly("lang=de/prompts.tsv#0|one|de");
        refused("input_not_parquet: file:" + in + "/lang=de/prompts.tsv is not a Parquet file, it", "auto", in);
        write("lang=de/prompts.tsv", "prompt,LANG\none,fr\n");
        assertThatThrownBy(() -> TestInputs.open("auto", csv))
                .hasMessageStartingWith("column_clash: the column LANG is in file:" + in
                        + "/lang=de/prompts.tsv and in the name of a folder around it, ");
        write("lang=de/prompts.tsv", ",prompt\n0,one\n"); // an index of pandas
        assertThat(rows(TestInputs.open("auto", csv), "_c0", "prompt")).containsExactly("0|one");
    }

    @Test
    void filesTellWhatTheyWereWhenTheRunBeganAndAChangeIsFound() throws Exception {
        Path csv = write("a.csv", "id,prompt\n1,x\n");
        parquet("b.parquet", "select '2' as id, 'y' as prompt");
        InputTable input = TestInputs.open(in);
        InputFile text = input.files().get(0);
        assertThat(text)
                .isEqualTo(new InputFile(
                        "file:" + csv,
                        Files.size(csv),
                        Files.getLastModifiedTime(csv)
                                .toInstant()
                                .truncatedTo(ChronoUnit.MILLIS)
                                .toString(),
                        "none",
                        "csv",
                        Sha256.ofText("id,prompt\n1,x\n"),
                        "a.csv"));
        assertThat(input.files().get(1).name()).isNull();
        assertThat(input.files().get(1).state()).matches("\\d+ bytes of \\S+ with footer [0-9a-f]{64}");
        parquet("c.parquet", "select 'y' as prompt");
        InputFile made =
                TestInputs.open("auto", in.resolve("c.parquet")).files().get(0);
        assertThat(made.state()).endsWith(" and rows called c.parquet");
        input.checkUnchanged(input.files());
        Files.setLastModifiedTime(csv, FileTime.fromMillis(1_000));
        assertThatThrownBy(() -> input.checkUnchanged(input.files()))
                .isInstanceOf(IOException.class)
                .hasMessage("file:" + csv + " was changed during the run: it had " + text.state()
                        + " and has now 14 bytes of 1970-01-01T00:00:01Z of the format csv with SHA-256 "
                        + text.sha256()
                        + " and rows called a.csv. Run again with --overwrite.");
    }

    @Test
    void whatCannotBePromptsIsRefusedByName() throws Exception {
        Path csv = write("a.csv", "id,prompt\n1,\"never closed\n");
        refused(
                "input_not_of_its_format: file:" + csv
                        + " is not a CSV file with a header, in row 0 a quote is not closed,"
                        + " rename it, leave it out, or name the format of all files with --input-format",
                "id",
                in);
        write("a.csv", "id,prompt\n1,x\n");
        Path lines = write("b.txt", "plain");
        refused(
                "missing_column: file:" + lines + " has no column id and file:" + csv
                        + " has one, a row can do without any"
                        + " column but this, add the column to the file or leave the file out",
                "id",
                in);
        refused(
                "missing_column: the input has no id column id, its columns are prompt, name the"
                        + " id column of the input or add one, or let --id-column auto make ids of each row's file and number",
                "id",
                lines);
        refused(
                "column_clash: --id-column auto makes a column id and the input has a column id, a row cannot have both, and"
                        + " case makes no difference, leave --id-column out where the values of the column are unique,"
                        + " otherwise rename or drop it",
                "auto",
                csv);
        Files.delete(lines);
        parquet("c.parquet", "select 3 as id, 'x' as prompt");
        refused(
                "column_types_differ: the column id is of type int in the files that are Parquet, in all others it is a"
                        + " text, and no type holds the values of both exactly, write it as text in the Parquet files, or"
                        + " run them apart",
                "id",
                in);
        Path unnamed = write("d.jsonl", "{\"\": 1, \"id\": \"1\", \"prompt\": \"x\"}");
        refused("column_without_name: file:" + unnamed + " has a field whose name is empty, ", "id", unnamed);
        Path wide = write(
                "e.jsonl",
                IntStream.range(0, 10_000)
                        .mapToObj(i -> "\"f" + i + "\": 1")
                        .collect(Collectors.joining(", ", "{", "}")));
        refused("too_many_columns: file:" + wide + " has 10000 columns or more, ", "auto", wide);
    }

    @Test
    void tablesOfOtherFormatsAreRefusedByName() throws Exception {
        write("delta/_delta_log/00000000000000000000.json", "{}");
        write("delta/day=1/part-0.parquet", "");
        write("iceberg/metadata/v1.metadata.json", "{}");
        write("iceberg/data/part-0.parquet", "");
        String delta = "input_is_table: file:" + in
                + "/delta is a table of Delta Lake, only its log says which of its files"
                + " hold its rows, others may hold deleted or older ones, where Spark has Delta Lake, generate reads it by"
                + " --input-table 'delta.`file:" + in + "/delta`', other commands its rows as Parquet, such as"
                + " spark.read.format(\"delta\").load(\"file:" + in + "/delta\").write.parquet(\"FOLDER\") gives them";
        refused(delta, "id", in.resolve("delta"));
        refused(delta, "id", in);
        refused(delta, "id", in + "/delta/*/*.parquet");
        String iceberg = "input_is_table: file:" + in + "/iceberg is a table of Iceberg, ";
        refused(iceberg, "id", in.resolve("iceberg"));
        refused(iceberg, "id", in + "/iceberg/data/*");
        write("hudi/.hoodie/hoodie.properties", "");
        refused("input_is_table: file:" + in + "/hudi is a table of Hudi, ", "id", in.resolve("hudi"));
    }

    @Test
    void promptsOfTheCommandLineAreRowsThatAreNumbered() throws Exception {
        PromptOrigin given = PromptOrigin.texts(List.of("My dream is", ""));
        InputTable input = TestInputs.open("id", given);
        assertThat(rows(input, "id", "prompt")).containsExactly("prompt-0|My dream is", "prompt-1|");
        assertThat(input.checkIds()).isEqualTo(new InputTable.Size(2, 11));
        assertThat(input.files()).isEmpty();
        assertThat(input.place()).isEqualTo("the command line");
    }

    private Path write(String name, String content) throws IOException {
        Path file = in.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** One Parquet file of that name with the rows of a query. */
    private void parquet(String name, String query) throws IOException {
        Path folder = temp.resolve("out");
        spark.sql(query).coalesce(1).write().mode(SaveMode.Overwrite).parquet(folder.toString());
        try (var parts = Files.list(folder)) {
            Files.copy(
                    parts.filter(file -> file.toString().endsWith(".parquet"))
                            .findFirst()
                            .orElseThrow(),
                    in.resolve(name));
        }
    }

    /** The values of columns of all rows, in their order as texts. */
    private static List<String> rows(InputTable input, String... columns) {
        String[] quoted = Arrays.stream(columns).map(PromptColumns::quoted).toArray(String[]::new);
        return input.source().select(quoted[0], Arrays.copyOfRange(quoted, 1, quoted.length)).collectAsList().stream()
                .map(row -> IntStream.range(0, row.size())
                        .mapToObj(i -> String.valueOf(row.get(i)))
                        .collect(Collectors.joining("|")))
                .sorted()
                .toList();
    }

    private static void refused(String message, String idColumn, Object... inputs) {
        assertThatThrownBy(() -> TestInputs.open(idColumn, inputs))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.INPUT_REFUSED);
    }
}
