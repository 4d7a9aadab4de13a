package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Carried columns come out as they went in, through the whole job, whatever they hold. */
@Tag("spark")
class CarriedValuesIT {
    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    @Test
    void datesBefore1582AndInstantsBefore1900AreCarriedUnchanged() throws Exception {
        List<Row> carried = carried(
                "select id, 'x' as prompt, date_from_unix_date(day) as d, timestamp_micros(micros) as t, array(date_from_unix_date(day)) as ds"
                        + " from values (1, -719162, -62135596800000000), (2, -171625, -14831769600000001),"
                        + " (3, -141430, -12219551999123456), (4, 0, -2208988800000001), (5, -719893, 0)"
                        + " as v(id, day, micros)",
                "unix_date(d)",
                "unix_micros(t)",
                "unix_date(ds[0])");
        assertThat(carried)
                .extracting(row -> List.of(row.get(0), row.get(1), row.get(2)))
                .containsExactly(
                        List.of(-719_162, -62_135_596_800_000_000L, -719_162), // 0001-01-01
                        List.of(-171_625, -14_831_769_600_000_001L, -171_625), // 1500-02-03
                        List.of(
                                -141_430,
                                -12_219_551_999_123_456L,
                                -141_430), // 1582-10-12, which the older calendar lacks
                        List.of(0, -2_208_988_800_000_001L, 0),
                        List.of(-719_893, 0L, -719_893));
    }

    @Test
    void stringsAreCarriedByteByByte() throws Exception {
        assertThat(carried(
                        "select 1 as id, 'x' as prompt, cast(X'61ff' as string) as latin,"
                                + " cast(null as string) as nothing, 'ü👋' as text, '' as empty,"
                                + " cast(concat(cast('{\"top_k\":3}' as binary), X'20') as string) as sampling_params",
                        "hex(latin)",
                        "hex(nothing)",
                        "hex(text)",
                        "hex(empty)",
                        "hex(sampling_params)"))
                .containsExactly(RowFactory.create("61FF", null, "C3BCF09F918B", "", "7B22746F705F6B223A337D20"));
    }

    private List<Row> carried(String query, String... columns) throws Exception {
        String input = temp.resolve("in").toString();
        List<String> keys = List.of(
                SQLConf.PARQUET_REBASE_MODE_IN_WRITE().key(),
                SQLConf.PARQUET_INT96_REBASE_MODE_IN_WRITE().key());
        keys.forEach(key -> spark.conf().set(key, "CORRECTED"));
        try {
            spark.sql(query).write().parquet(input);
        } finally {
            keys.forEach(spark.conf()::unset);
        }
        assertThat(new GenerateRuns()
                        .generate(input, temp.resolve("out"), "--max-new-tokens=1", "--carry-sampling-params"))
                .isEqualTo(ExitCode.DONE);
        return spark.read()
                .parquet(temp.resolve("out").toString())
                .orderBy("id")
                .selectExpr(columns)
                .collectAsList();
    }
}
