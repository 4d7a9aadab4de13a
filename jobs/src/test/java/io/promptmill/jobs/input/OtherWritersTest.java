package io.promptmill.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.jobs.prompts.TestInputs;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow has written ({@code inputs/make.py}): read to the last bit, or refused by what is the cause. */
@Tag("spark")
class OtherWritersTest {
    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    @Test
    void everyTypeThatSparkHasIsReadExactly() throws Exception {
        assertThat(rows(
                        "types",
                        "concat_ws('|', int8, int16, uint8, uint16, uint32, uint64, decimal, naive, unix_millis(utc), date,"
                                + " hex(bytes), large, dictionary, duration, nvl(nothing, 'null'))"))
                .containsExactly(
                        "-128|-32768|0|0|0|0|0.01|1970-01-01 00:00:00.000001|1|1600-01-01|616263|abc|abc|1|null",
                        "127|32767|255|65535|4294967295|18446744073709551615|999999999999999999999999999999999999.00|"
                                + "1970-01-01 00:00:00.000002|2|9999-12-31|00FF01|ü|ü|-1|null");
        assertThat(open("types").source().schema().apply("nothing").dataType().simpleString())
                .isEqualTo("string");
    }

    @Test
    void typesThatSparkLacksAreRefusedByColumnAndTypeWithARemedy() {
        refused(
                "unreadable",
                "column_type_unreadable: these columns of " + path("unreadable")
                        + " cannot be read: half of half-precision"
                        + " floats; created of INT64 (TIMESTAMP(NANOS,false)); at of times of day; key of"
                        + " FIXED_LEN_BYTE_ARRAY (UUID); wide of Decimal precision 50 exceeds max precision 38, Spark has no type"
                        + " for their values, cast these columns or drop them; nanoseconds become microseconds with pyarrow's"
                        + " coerce_timestamps='us', or are carried as integers with --conf"
                        + " spark.sql.legacy.parquet.nanosAsLong=true");
        refused(
                "nested-half",
                "column_type_unreadable: these columns of " + path("nested-half")
                        + " cannot be read: point of half-precision floats, Spark has no type for their values, cast these columns or drop them");
    }

    @Test
    void columnsListsAndFieldsOfNothingButNullsTakeTheTypeThatAnotherFileGivesThem() throws Exception {
        open("nothing");
        open("something");
        InputTable both = TestInputs.open(temp);
        assertThat(both.source().schema().simpleString())
                .isEqualTo("struct<id:string,prompt:string,list:array<struct<x:bigint>>,column:string,"
                        + "struct:struct<x:string,y:bigint>>");
        assertThat(both.source()
                        .orderBy("id")
                        .selectExpr("concat_ws('|', id, nvl(to_json(list), '-'), nvl(column, '-'), nvl(struct.x, '-'),"
                                + " nvl(string(struct.y), '-'), struct is null)")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly(
                        "a|[]|-|-|1|false", "b|[null]|-|-|-|true", "c|[{\"x\":1}]|v|x|2|false", "d|-|-|-|-|true");
        assertThat(rows("nothing", "concat_ws('|', to_json(list), nvl(column, '-'), nvl(to_json(struct), '-'))"))
                .containsExactly("[]|-|{\"y\":1}", "[null]|-|-");
    }

    @Test
    void unsignedIdsOf64BitsAreIds() throws Exception {
        assertThat(rows("ids-uint64", "id")).containsExactly("1", "18446744073709551615");
        assertThat(open("ids-uint64").checkIds().rows()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "int64, 1099511627776",
        "int16, 32767",
        "uint32, 4294967295",
        "uint64, 18446744073709551615",
        "large-list, 2147483647",
        "fixed-size-list, 3",
        "dictionary, 3"
    })
    void tokenIdsAreListsOfAnyIntegers(String kind, String edge) throws Exception {
        InputTable input = open("token-ids-" + kind);
        assertThat(input.columns().promptsAreTokenIds()).isTrue();
        assertThat(rows("token-ids-" + kind, "array_join(cast(prompt_token_ids as array<string>), ' ')"))
                .containsExactly("5 0 7", "1 2 " + edge);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyEncodingThatAReaderOfSparkKnowsIsRead(int pages) throws Exception {
        assertThat(rows(
                        "encodings-of-pages-" + pages,
                        "concat_ws('|', split_float, split_double, delta_int, delta_long, delta_length, delta_text,"
                                + " string(delta_bytes), rle)"))
                .containsExactly("1.5|1.5|1|1|abc|abc|abc|true", "-2.0|-2.0|-2|-2|abd|abd|abd|false");
    }

    @Test
    void everyCodecThatSparkHasIsReadAndSoIsTheOlderLz4() throws Exception {
        assertThat(rows("codecs", "concat(snappy, gzip, zstd, lz4, none)")).containsExactly("xxxxx", "yyyyy");
        String older = temp.resolve("older").toString();
        spark.sql("select 'a' as id, repeat('x', 100) as prompt")
                .write()
                .option("compression", "lz4")
                .parquet(older);
        assertThat(TestInputs.open(older).checkIds()).isEqualTo(new InputTable.Size(1, 100));
    }

    @Test
    void codecsAndEncodingsThatSparkLacksAreRefusedByNameWithARemedy() {
        refused(
                "brotli",
                "pages_not_decodable: the column prompt is compressed with BROTLI in " + path("brotli")
                        + ", Spark has no"
                        + " decoder for that here, the class org.apache.hadoop.io.compress.BrotliCodec is missing, write the"
                        + " file with zstd or snappy, or add the decoder with spark.jars");
        refused(
                "split-integers",
                "pages_not_decodable: the column n of the type INT32 is encoded as BYTE_STREAM_SPLIT in "
                        + path("split-integers")
                        + ", Spark has no decoder for that, write the column as PLAIN or with a"
                        + " dictionary, which is every writer's default");
    }

    @Test
    void datesBefore1582OfWritersThatHadOneCalendarAreReadExactly() throws Exception {
        assertThat(rows("old-dates", "concat_ws('|', unix_date(date), unix_micros(instant))"))
                .containsExactly("-719162|-62135596800000000", "-171664|-14831769600000000");
        assertThat(open("old-dates").checkIds().rows()).isEqualTo(2);
        assertThat(rows("old-int96", "unix_micros(instant)"))
                .containsExactly("-62135596800000000", "-14831769600000000");
    }

    @Test
    void datesBefore1582ThatMayBeOfTheOlderCalendarAreRefusedWithTheSettingThatTells() throws Exception {
        InputTable unknown = open("old-dates-of-parquet-mr");
        assertThatThrownBy(unknown::checkIds)
                .isInstanceOf(RefusalException.class)
                .hasMessage("calendar_unknown: --input " + path("old-dates-of-parquet-mr")
                        + " has dates before 1582-10-15 or timestamps before 1900, a file does not say by which calendar they"
                        + " are counted, Spark 2 and Hive had an older one, run with --conf"
                        + " spark.sql.parquet.datetimeRebaseModeInRead=LEGACY and --conf"
                        + " spark.sql.parquet.int96RebaseModeInRead=LEGACY where Spark 2 or Hive wrote the file, and with"
                        + " CORRECTED for LEGACY where another did");
        spark.sparkContext().conf().set(SQLConf.PARQUET_REBASE_MODE_IN_READ().key(), "LEGACY"); // as --conf does
        try {
            assertThat(rows("old-dates-of-parquet-mr", "unix_date(date)")).containsExactly("-719160", "-171673");
            assertThat(rows("old-dates", "unix_date(date)")).containsExactly("-719162", "-171664");
        } finally {
            spark.sparkContext()
                    .conf()
                    .remove(SQLConf.PARQUET_REBASE_MODE_IN_READ().key());
        }
    }

    @Test
    void mapsThatWouldLoseEntriesInARowAreRefusedAtAnyDepth() throws Exception {
        assertThat(open("maps").checkIds().rows()).isEqualTo(2);
        for (String name : List.of("maps-key-twice", "maps-nested", "maps-not-utf8")) {
            InputTable lossy = open(name);
            assertThatThrownBy(lossy::checkIds)
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "map_key_repeated: a map in the column m has a key more than once, Spark's rows hold one"
                                    + " value for a key, and keys that are not UTF-8 are one to them, so that entries would be"
                                    + " lost, write the map as a list of structs of key and value, or drop the column");
        }
    }

    private InputTable open(String name) throws RefusalException, IOException {
        Path file = temp.resolve(name + ".parquet");
        try (InputStream resource = getClass().getResourceAsStream("inputs/" + name + ".parquet")) {
            Files.write(file, resource.readAllBytes());
        }
        return TestInputs.open(file);
    }

    private List<String> rows(String name, String expression) throws RefusalException, IOException {
        return open(name).source().orderBy("id").selectExpr("string(" + expression + ")").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private String path(String name) {
        return "file:" + temp.resolve(name + ".parquet");
    }

    private void refused(String name, String message) {
        assertThatThrownBy(() -> open(name))
                .isInstanceOf(RefusalException.class)
                .hasMessage(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.INPUT_REFUSED);
    }
}
