package io.promptmill.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.testing.TestSpark;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class RowsDigestTest {
    private static final String COLUMNS = "select id, concat('p', id) as prompt, array(id, null) as list,"
            + " map('k', id) as map, named_struct('a', cast(id as decimal(30, 3)), 'b', current_date() is null) as struct"
            + " from ";

    @Test
    void theOrderAndThePartitionsOfRowsMakeNoDifference() {
        RowsDigest digest = RowsDigest.of(rows("range(0, 100, 1, 3)"));
        assertThat(digest.rows()).isEqualTo(100);
        assertThat(digest.hex()).matches("[0-9a-f]{64}");
        assertThat(RowsDigest.of(rows("range(0, 100, 1, 7) order by id desc"))).isEqualTo(digest);
    }

    @Test
    void anyOtherValueAndEachRowMakesADifference() {
        List<String> others = List.of(
                "select 1 as id, 'a' as prompt",
                "select 2 as id, 'a' as prompt",
                "select 1 as id, 'b' as prompt",
                "select 1 as id, cast(null as string) as prompt",
                "select 1 as id, '' as prompt",
                "select * from values (1, 'a'), (1, 'a') as v(id, prompt)",
                "select * from values (1, 'a'), (1, 'a'), (1, 'a') as v(id, prompt)",
                "select 1 as id, 'a' as prompt where false");
        assertThat(others.stream()
                        .map(TestSpark.session()::sql)
                        .map(RowsDigest::of)
                        .map(RowsDigest::hex))
                .doesNotHaveDuplicates();
    }

    @Test
    void withoutSomeRowsItIsThatOfTheOthers() {
        RowsDigest all = RowsDigest.of(rows("range(100)"));
        RowsDigest some = RowsDigest.of(rows("range(60, 100)"));
        assertThat(all.minus(some)).isEqualTo(RowsDigest.of(rows("range(60)")));
        assertThat(all.minus(all)).isEqualTo(RowsDigest.of(rows("range(0)")));
    }

    private static Dataset<Row> rows(String source) {
        return TestSpark.session().sql(COLUMNS + source);
    }
}
