package io.promptmill.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of several formats as one table, through Spark. */
class SourceTest {
    private final SparkSession spark = TestSpark.session();

    @TempDir
    Path folder;

    @Test
    void rowsOfAllFormatsTellTheirFileAndNumber() throws Exception {
        Files.writeString(
                folder.resolve("b.jsonl"), "{\"text\": \"j0\", \"n\": 7}\n{\"text\": \"cut\n{\"text\": \"j2\"}\n");
        Files.writeString(folder.resolve("a.csv"), "n,text\n1,c0\n2,\"c\n1\"\n");
        Files.createDirectories(folder.resolve("deep/er"));
        Files.writeString(folder.resolve("deep/er/t.txt"), "t0\nt1");
        Files.writeString(folder.resolve("_hidden.txt"), "no");
        Files.writeString(folder.resolve(".hidden"), "no");
        spark.sql("select concat('p', id) as text, id as n from range(400)")
                .coalesce(1)
                .write()
                .option("parquet.block.size", 1)
                .parquet(folder.resolve("deep/parquet").toString());
        SparkConf conf = spark.sparkContext().conf(); // of the sessions to come, which read
        conf.set("spark.sql.files.maxPartitionBytes", "300");
        Source source = open(List.of(folder.toString()));
        conf.remove("spark.sql.files.maxPartitionBytes");
        assertThat(source.check().rows()).isEqualTo(3 + 2 + 2 + 400);
        assertThat(source.check().files())
                .extracting(
                        report -> report.file().name().replaceFirst("part-.*", "part"),
                        FileReport::rows,
                        FileReport::bad)
                .containsExactly(
                        tuple("a.csv", 2L, 0L),
                        tuple("b.jsonl", 3L, 1L),
                        tuple("deep/er/t.txt", 2L, 0L),
                        tuple("deep/parquet/part", 0L, 0L));
        List<String> rows = rows(source);
        assertThat(rows.subList(0, 7))
                .containsExactly(
                        "a.csv#0 null c0 1",
                        "a.csv#1 null c\n1 2",
                        "b.jsonl#0 null j0 7",
                        "b.jsonl#1 malformed JSON at column 14 null null",
                        "b.jsonl#2 null j2 null",
                        "deep/er/t.txt#0 null t0 null",
                        "deep/er/t.txt#1 null t1 null");
        assertThat(rows.subList(7, rows.size()))
                .isEqualTo(IntStream.range(0, 400)
                        .mapToObj(i -> "deep/parquet/part#" + i + " null p" + i + " " + i)
                        .toList());
        assertThat(source.rows().javaRDD().getNumPartitions()).isGreaterThan(5);
    }

    @Test
    void namesAreTheSameWhateverTheOrderOfTheInputsAndAFileIsReadOnce() throws Exception {
        Path one = Files.createDirectories(folder.resolve("x=1"));
        Path two = Files.createDirectories(folder.resolve("x=2"));
        Files.writeString(one.resolve("t.txt"), "one");
        Files.writeString(two.resolve("t.txt"), "two");
        List<String> byPattern = rows(open(List.of(folder + "/x=*")));
        assertThat(byPattern).containsExactly("x=1/t.txt#0 null one null", "x=2/t.txt#0 null two null");
        List<String> twice = rows(open(List.of(two.toString(), one.toString(), folder + "/x=*/t.txt")));
        assertThat(twice)
                .isEqualTo(rows(open(List.of(one.toString(), two.toString()))))
                .containsExactly(
                        "file:" + one.resolve("t.txt") + "#0 null one null",
                        "file:" + two.resolve("t.txt") + "#0 null two null");
        assertThat(rows(open(List.of(one.resolve("t.txt").toString())))).containsExactly("t.txt#0 null one null");
    }

    @Test
    void valuesOfParquetAreTextsAndThoseInListsJson() throws Exception {
        spark.sql("select array(1, 2) as TEXT, cast(1.50 as decimal(4, 2)) as n")
                .write()
                .parquet(folder.resolve("p %20").toString());
        spark.sql("select 'plain' as text, true as n")
                .write()
                .parquet(folder.resolve("q").toString());
        spark.sql("select cast(unhex('FF') as string) as text, 1 as n")
                .write()
                .parquet(folder.resolve("r").toString());
        assertThat(rows(open(Stream.of("p %20", "q", "r")
                        .map(name -> folder.resolve(name).toString())
                        .toList())))
                .containsExactlyInAnyOrder(
                        "part#0 null [1,2] 1.50",
                        "part#0 null plain true",
                        "part#0 bytes that are not UTF-8 null null");
    }

    @Test
    void aFileThatChangesIsFound() throws Exception {
        Path file = Files.writeString(folder.resolve("t.txt"), "one");
        Source source = open(List.of(file.toString()));
        source.checkUnchanged();
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThatThrownBy(source::checkUnchanged)
                .isInstanceOf(IOException.class)
                .hasMessage("file:" + file + " was changed during the run. Run again.");
    }

    private Source open(List<String> inputs) throws RefusalException {
        return Source.open(
                spark,
                new SourceSettings(
                        "--input",
                        Optional.empty(),
                        inputs,
                        Optional.empty(),
                        List.of(SourceColumn.required("text", "text", "name it"), SourceColumn.optional("number", "n")),
                        "text"));
    }

    /** The rows, as {@code FILE#N problem text number}. */
    private List<String> rows(Source source) throws RefusalException {
        Row[] rows = (Row[]) source.rows().orderBy("file", "row").collect();
        return Arrays.stream(rows)
                .map(row -> row.getString(0).replaceFirst("(deep/parquet/)?[^#]*part-.*", "$1part") + "#" + row.get(1)
                        + " " + row.get(2) + " " + row.get(3) + " " + row.get(4))
                .toList();
    }
}
