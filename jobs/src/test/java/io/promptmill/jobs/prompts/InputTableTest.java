package io.promptmill.jobs.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class InputTableTest {
    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    @Test
    void rowsAreCountedAndUniqueIdsAcceptedAndTheLongestPromptIsFound() throws Exception {
        Path input = input("select id, if(id = 3, null, repeat('ü', 10 - id)) as prompt from range(10)");
        InputTable table = open(input);
        assertThat(table.checkIds()).isEqualTo(new InputTable.Size(10, 20));
        assertThat(table.size()).isEqualTo(new InputTable.Size(10, 20));
        InputTable rest = table.without(spark.sql("select id from range(3)"));
        assertThat(rest.size()).isEqualTo(new InputTable.Size(7, 12));
        assertThat(rest.checkIds()).isEqualTo(new InputTable.Size(10, 20));
    }

    @Test
    void theLengthOfPromptsThatAreTokenIdsIsTheirNumber() throws Exception {
        Path input = input("select id, if(id = 3, null, sequence(1, id + 1)) as prompt_token_ids"
                + " from (select cast(id as int) as id from range(6))");
        assertThat(open(input).checkIds()).isEqualTo(new InputTable.Size(6, 6));
        Path none = input("select id, cast(null as array<int>) as prompt_token_ids from range(2)");
        assertThat(open(none).checkIds()).isEqualTo(new InputTable.Size(2, 0));
    }

    @Test
    void anEmptyInputIsFine() throws Exception {
        Path input = input("select id, 'x' as prompt from range(0)");
        assertThat(open(input).checkIds()).isEqualTo(new InputTable.Size(0, 0));
        assertThat(open(input).size()).isEqualTo(new InputTable.Size(0, 0));
    }

    @Test
    void aThousandColumnsAreRead() throws Exception {
        MessageType schema = MessageTypeParser.parseMessageType("message wide { required int64 id;"
                + " required binary prompt (STRING);"
                + IntStream.range(0, 1000)
                        .mapToObj(i -> " optional int64 c" + i + ";")
                        .collect(Collectors.joining())
                + " }");
        Path input = temp.resolve("wide.parquet");
        try (var writer = ExampleParquetWriter.builder(
                        HadoopOutputFile.fromPath(new org.apache.hadoop.fs.Path(input.toUri()), new Configuration()))
                .withType(schema)
                .build()) {
            Group row = new SimpleGroup(schema).append("id", 1L).append("prompt", "xyz");
            IntStream.range(0, 999).forEach(i -> row.add("c" + i, (long) i));
            writer.write(row);
        }
        assertThat(open(input).checkIds()).isEqualTo(new InputTable.Size(1, 3));
    }

    @Test
    void nullIdsAreRefused() throws Exception {
        Path input = input("select if(id > 7, null, id) as id, 'x' as prompt from range(10)");
        InputTable table = open(input);
        refused(
                table::checkIds,
                "id_null: the id column id has no value in 2 rows, the id keys a row's random draws and its place in"
                        + " the output, fill the column or leave these rows out");
    }

    @Test
    void badlyEncodedIdsAreRefused() throws Exception {
        Path input = input("select cast(unhex(concat('61', hex)) as string) as id, 'x' as prompt"
                + " from values ('ff'), ('fe'), ('C3BC'), ('EFBFBD') as v(hex)");
        InputTable table = open(input);
        refused(
                table::checkIds,
                "id_bad_encoding: the id column id has bytes that are not UTF-8 in 2 rows, different ids would become"
                        + " one when their characters are told from their bytes, write the column anew with the right"
                        + " character set or name another one with --id-column");
    }

    @Test
    void repeatedIdsAreRefusedWithExamples() throws Exception {
        Path input = input("select concat('r', id % 8) as id, 'x' as prompt from range(15)");
        InputTable table = open(input);
        refused(
                table::checkIds,
                "id_repeated: the id column id holds 7 ids more than once, such as r0 (2 rows), r1 (2 rows), r2 (2 rows),"
                        + " r3 (2 rows), r4 (2 rows), the id keys a row's random draws and its place in the output,"
                        + " make the ids unique or name another column with --id-column");
    }

    @Test
    void aMissingPathIsRefused() {
        Path missing = temp.resolve("none");
        refused(
                () -> open(missing),
                "input_missing: --input file:" + missing
                        + " does not exist, there is nothing to read, correct the path;"
                        + " on a cluster it must be one that every node can read");
    }

    @Test
    void whatIsNoParquetIsRefused() throws IOException {
        Path text = Files.writeString(temp.resolve("prompts"), "id,prompt\n1,some text\n");
        refused(
                () -> open(text),
                "input_not_parquet: file:" + text + " is not a Parquet file, it neither begins nor ends with PAR1, move"
                        + " it away or, in a folder, begin its name with a dot, then it is passed over; where it holds"
                        + " CSV, JSON lines or text, let its name end in .csv, .jsonl or .txt");
        Path empty = Files.createDirectory(temp.resolve("empty"));
        refused(
                () -> open(empty),
                "input_empty: --input file:" + empty + " holds no file, what begins with _ or . in its name or its"
                        + " folder's is passed over, and there is nothing else, give a file or a folder with some");
    }

    @Test
    void columnsThatDoNotFitAreRefused() throws IOException {
        Path input = input("select id as key, 'x' as prompt from range(3)");
        refused(
                () -> open(input),
                "missing_column: the input has no id column id, its columns are key, prompt, name the"
                        + " id column of the input or add one, or let --id-column auto make ids of each row's file and"
                        + " number");
    }

    private InputTable open(Path input) throws RefusalException, IOException {
        return TestInputs.open(input);
    }

    private Path input(String query) {
        Path path = temp.resolve("input");
        spark.sql(query).write().mode(SaveMode.Overwrite).parquet(path.toString());
        return path;
    }

    private static void refused(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.INPUT_REFUSED);
    }
}
