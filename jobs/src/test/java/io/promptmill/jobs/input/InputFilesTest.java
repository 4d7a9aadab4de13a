package io.promptmill.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.jobs.prompts.TestInputs;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Which files an input has, what their folders say, and what columns they have together. */
@Tag("spark")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputFilesTest {
    private final SparkSession spark = TestSpark.session();
    private final Map<String, byte[]> written = new HashMap<>();

    @TempDir
    private Path temp;

    private Path in;

    @BeforeEach
    void createInput() throws IOException {
        in = Files.createTempDirectory(temp, "in");
    }

    @Test
    void filesAreReadFromFoldersOfAnyDepth() throws Exception {
        file("a.parquet", "select 'a' as id, 'x' as prompt");
        file("more/b.parquet", "select 'b' as id, 'x' as prompt");
        file("more/of/them/c.part", "select 'c' as id, 'x' as prompt");
        file("spark.parquet/part-0.snappy.parquet", "select 'd' as id, 'x' as prompt");
        assertThat(rows(in, "id")).containsExactly("a", "b", "c", "d");
        assertThat(rows(in.resolve("more"), "id")).containsExactly("b", "c");
        assertThat(rows(in + "/*/*.parquet", "id")).containsExactly("b", "d");
        assertThat(open(in).files())
                .extracting(InputFile::path)
                .containsExactly(
                        "file:" + in + "/a.parquet",
                        "file:" + in + "/more/b.parquet",
                        "file:" + in + "/more/of/them/c.part",
                        "file:" + in + "/spark.parquet/part-0.snappy.parquet");
    }

    @Test
    void hiddenFilesAndFoldersArePassedOver() throws Exception {
        file("a.parquet", "select 'a' as id, 'x' as prompt");
        for (String hidden : List.of("_SUCCESS", ".a.parquet.crc", "_temporary/0/b.parquet", ".git/c", "d._COPYING_")) {
            Files.createDirectories(in.resolve(hidden).getParent());
            Files.writeString(in.resolve(hidden), "nothing of Parquet");
        }
        assertThat(rows(in, "id")).containsExactly("a");
        assertThat(rows(in + "/*", "id")).containsExactly("a");
        refused(
                in.resolve("_SUCCESS").toString(),
                "input_hidden: --input names the file file:" + in
                        + "/_SUCCESS, Spark passes over files whose names begin with" + " _ or ., rename the file");
        refused(
                in.resolve("_temporary") + "/*",
                "input_not_parquet: file:" + in + "/_temporary/0/b.parquet is not a Parquet file");
    }

    @Test
    void checksumFilesOfHadoopArePassedOverBeTheyStaleOrJunk() throws Exception {
        file("stale.parquet", "select 'a' as id, 'x' as prompt");
        Files.writeString(in.resolve(".stale.parquet.crc"), "crc\0" + "\0\0\2\0" + "none of these sums is right");
        file("junk.parquet", "select 'b' as id, 'x' as prompt");
        Files.writeString(in.resolve(".junk.parquet.crc"), "crc\0" + "eeee" + "sums of 1.7 GB each");
        InputTable input = open(in);
        assertThat(input.checkIds().rows()).isEqualTo(2);
        assertThat(rows(in, "id || prompt")).containsExactly("ax", "bx");
        input.checkUnchanged(input.files());
    }

    @Test
    void whatIsNoParquetBesideFilesThatAreIsRefusedByName() throws Exception {
        file("a.parquet", "select 'a' as id, 'x' as prompt");
        Files.writeString(in.resolve("README.md"), "# Prompts to continue");
        Files.createFile(in.resolve("z.parquet"));
        refused(
                in.toString(),
                "input_not_parquet: file:" + in + "/README.md is not a Parquet file (others that cannot be read: file:"
                        + in
                        + "/z.parquet), it neither begins nor ends with PAR1, move it away or, in a folder, begin its name"
                        + " with a dot, then it is passed over; where it holds CSV, JSON lines or text, let its name end in"
                        + " .csv, .jsonl or .txt");
        Files.move(in.resolve("README.md"), in.resolve(".README.md"));
        refused(
                in.toString(),
                "input_not_parquet: file:" + in
                        + "/z.parquet is not a Parquet file, it is empty, write it anew or leave it" + " out");
        byte[] whole = Files.readAllBytes(in.resolve("a.parquet"));
        Files.write(in.resolve("z.parquet"), Arrays.copyOf(whole, whole.length - 1));
        refused(
                in.toString(),
                "input_unreadable: the footer of file:" + in
                        + "/z.parquet is damaged, it is missing, as in a file that was"
                        + " cut off, write the damaged file anew or leave it out");
        Files.delete(in.resolve("z.parquet"));
        Files.createSymbolicLink(in.resolve("link.parquet"), in.resolve("gone.parquet"));
        refused(
                in.toString(),
                "input_unusable: --input " + in + " cannot be used, link.parquet in file:" + in
                        + " cannot be opened: a link that leads nowhere, or a name with characters that the locale lacks");
    }

    @Test
    void foldersGiveColumnsOfTextExactlyAsInTheirNames() throws Exception {
        for (String folder : List.of(
                "source=01/day=2024-02-30",
                "source=1e3/day=__HIVE_DEFAULT_PARTITION__",
                "SOURCE=a%2Fb%20c%ZZ/day=",
                "source=%C3%BC+%FF/day=null",
                "deep/source=true",
                "_k=v",
                ".")) {
            file(folder + "/x.parquet", "select 'a' as id, 'x' as prompt");
        }
        assertThat(open(in).source().schema().simpleString())
                .isEqualTo("struct<id:string,prompt:string,SOURCE:string,day:string,_k:string>");
        assertThat(rows(in, "concat_ws('|', nvl(source, '-'), nvl(day, '-'), nvl(_k, '-'))"))
                .containsExactly(
                        "-|-|-", "-|-|v", "01|2024-02-30|-", "1e3|-|-", "a/b c%ZZ||-", "true|-|-", "ü+%FF|null|-");
        assertThat(open(in).source().filter("source = '01'").count()).isEqualTo(1);
        assertThat(rows(in.resolve("source=01"), "id || day")).containsExactly("a2024-02-30");
    }

    @Test
    void anIdMayBeTheNameOfAFolder() throws Exception {
        file("id=007/x.parquet", "select 'x' as prompt");
        file("id=7/x.parquet", "select 'x' as prompt");
        assertThat(rows(in, "id")).containsExactly("007", "7");
        assertThat(open(in).checkIds().rows()).isEqualTo(2);
    }

    @Test
    void aColumnThatIsBothInAFolderAndInFilesOrInTwoFoldersIsRefused() throws Exception {
        file("Lang=en/x.parquet", "select 'a' as id, 'x' as prompt, 'de' as lang");
        refused(
                in.toString(),
                "column_clash: the column Lang is in the files and in the name of the folder file:" + in + "/Lang=en,");
        assertThat(rows(in + "/Lang=*", "lang")).containsExactly("de");
        file("k=1/K=2/x.parquet", "select 'a' as id, 'x' as prompt");
        refused(
                in.toString(),
                "folder_column_repeated: the folder file:" + in + "/k=1/K=2 gives its files the column K a");
    }

    @Test
    void columnsAreMergedByNameAndWidenedToATypeThatHoldsAllValues() throws Exception {
        file(
                "a.parquet",
                "select 1 as id, 'x' as prompt, 2147483647 as n, 0.1f as f, 1.5BD as d, array(1) as l,"
                        + " named_struct('x', -1) as s, 'only here' as a");
        file(
                "b.parquet",
                "select named_struct('Y', 'y', 'X', 9223372036854775807L) as s, array(9223372036854775807L) as l,"
                        + " 12345678901234567890BD as d, 0.1D as f, 9223372036854775807L as N, 'x' as prompt,"
                        + " 9223372036854775807L as Id, '{\"max_new_tokens\": 2}' as sampling_params");
        file("c.parquet", "select 3 as id, 'x' as prompt");
        InputTable input = open(in);
        assertThat(input.source().schema().simpleString())
                .isEqualTo("struct<id:bigint,prompt:string,n:bigint,f:double,d:decimal(21,1),l:array<bigint>,"
                        + "s:struct<x:bigint,Y:string>,a:string,sampling_params:string>");
        assertThat(input.checkIds()).isEqualTo(new InputTable.Size(3, 1));
        assertThat(rows(
                        in,
                        "to_json(struct(id, n, f = double(0.1f) as f, string(d) as d, l, s, a, sampling_params),"
                                + " map('ignoreNullFields', 'false'))"))
                .containsExactly(
                        "{'id':1,'n':2147483647,'f':true,'d':'1.5','l':[1],'s':{'x':-1,'Y':null},'a':'only here',"
                                        .replace('\'', '"')
                                + "\"sampling_params\":null}",
                        "{'id':3,'n':null,'f':null,'d':null,'l':null,'s':null,'a':null,'sampling_params':null}"
                                .replace('\'', '"'),
                        ("{'id':9223372036854775807,'n':9223372036854775807,'f':false,'d':'12345678901234567890.0',"
                                                + "'l':[9223372036854775807],'s':{'x':9223372036854775807,'Y':'y'},'a':null,")
                                        .replace('\'', '"')
                                + "\"sampling_params\":\"{\\\"max_new_tokens\\\": 2}\"}");
    }

    @Test
    void typesThatNoTypeHoldsAndFilesWithoutIdsOrPromptsAreRefusedByName() throws Exception {
        file("a.parquet", "select 1 as id, 'x' as prompt, 2L as n");
        file("b.parquet", "select 2 as id, 'x' as prompt, 2D as N");
        refused(
                in.toString(),
                "column_types_differ: the column n is of type bigint in file:" + in
                        + "/a.parquet and of type double in file:"
                        + in
                        + "/b.parquet, no type holds the values of both exactly, write one of the files with the type"
                        + " of the other, or run them apart");
        file("b.parquet", "select 2 as id, 2L as n");
        refused(
                in.toString(),
                "missing_column: file:" + in + "/b.parquet has no column prompt and file:" + in
                        + "/a.parquet has one, a row"
                        + " can do without any column but this, add the column to the file or leave the file out");
        file("b.parquet", "select 'x' as prompt, 2L as n");
        refused(in.toString(), "missing_column: file:" + in + "/b.parquet has no column id and ");
        file("b.parquet", "select 'b' as id, 'x' as prompt");
        refused(in.toString(), "column_types_differ: the column id is of type int in ");
    }

    @Test
    void namesMayHaveAnyCharacters() throws Exception {
        List<String> names = List.of(
                "[v1] set", "{a,b}", "a:b", "12:30", "50%", "a%20b", "a#b", "a?b", "a*b", "ü 日本", "a=b", "a+&;'b");
        for (String name : names) {
            file(name + "/" + name + ".parquet", "select 'a' as id, 'x' as prompt");
        }
        assertThat(rows(in, "id")).hasSameSizeAs(names);
        for (String name : names) {
            Path folder = in.resolve(name);
            for (Path input : List.of(folder, folder.resolve(name + ".parquet"))) {
                assertThat(open(input).files())
                        .extracting(InputFile::path)
                        .containsExactly("file:" + folder + "/" + name + ".parquet");
            }
        }
    }

    @Test
    void aPathThatExistsIsNoPattern() throws Exception {
        file("a?.parquet", "select 'a' as id, 'x' as prompt");
        file("ab.parquet", "select 'b' as id, 'x' as prompt");
        assertThat(rows(in.resolve("a?.parquet"), "id")).containsExactly("a");
        assertThat(rows(in + "/{a?,ab}.parquet", "id")).containsExactly("a", "b");
    }

    private InputTable open(Object input) throws RefusalException {
        return TestInputs.open(input);
    }

    private List<String> rows(Object input, String expression) throws RefusalException {
        return open(input).source().selectExpr("string(" + expression + ") as value").collectAsList().stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    /** One Parquet file of that name with the rows of a query. */
    private void file(String name, String query) throws IOException {
        if (!written.containsKey(query)) {
            Path folder = temp.resolve("written");
            spark.sql(query).coalesce(1).write().mode(SaveMode.Overwrite).parquet(folder.toString());
            try (Stream<Path> parts = Files.list(folder)) {
                Path part = parts.filter(file -> file.toString().endsWith(".parquet"))
                        .findFirst()
                        .orElseThrow();
                written.put(query, Files.readAllBytes(part));
            }
        }
        Path target = in.resolve(name);
        Files.createDirectories(target.getParent());
        Files.write(target, written.get(query));
    }

    private void refused(String input, String message) {
        assertThatThrownBy(() -> open(input))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.INPUT_REFUSED);
    }
}
