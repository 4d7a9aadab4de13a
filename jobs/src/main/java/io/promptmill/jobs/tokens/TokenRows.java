package io.promptmill.jobs.tokens;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.source.Source;
import io.promptmill.jobs.source.SourceColumn;
import io.promptmill.jobs.source.SourceSettings;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * Rows to train on or to look at, before they are tokens. Immutable.
 *
 * @param path where they are
 * @param kind what they hold
 * @param rows their place, {@code position} where they are ordered by it, {@code problem}, and {@code value}
 */
public record TokenRows(String path, Kind kind, Dataset<Row> rows) {
    private static final String TEXT = "text";
    private static final String INPUT_IDS = "input_ids";
    private static final String POSITION = "position";

    /** What rows hold. */
    public enum Kind {
        TEXTS("texts"),
        /** A block a row. */
        TOKEN_IDS("token ids");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** For messages. */
        public String words() {
            return words;
        }
    }

    /** Opens rows and reads all of their files once; refuses those that are damaged or hold neither. */
    public static TokenRows open(SparkSession spark, String option, String path) throws RefusalException {
        SourceSettings settings = new SourceSettings(
                option,
                Optional.empty(),
                List.of(path),
                Optional.empty(),
                List.of(
                        SourceColumn.optional(TEXT, TEXT),
                        SourceColumn.optional(INPUT_IDS, INPUT_IDS),
                        SourceColumn.optional(POSITION, POSITION)),
                TEXT);
        Source source = Source.open(spark, settings);
        source.check();
        Dataset<Row> rows = source.rows();
        Row present = rows.agg(count(lit(1)), count(TEXT), count(INPUT_IDS), count(POSITION), count(Source.PROBLEM))
                .head();
        long all = present.getLong(0);
        if (all > 0 && present.getLong(1) == 0 && present.getLong(2) == 0) {
            throw RefusalException.input(
                    "columns_missing",
                    option + " " + path + " has neither texts nor token ids",
                    "a column text is needed, or input_ids with lists of integers, and none of " + all
                            + " rows has a value in one",
                    "rename the column that has the texts, or let prepare read the posts first");
        }
        Kind kind = present.getLong(1) == 0 && all > 0 ? Kind.TOKEN_IDS : Kind.TEXTS;
        boolean positioned = present.getLong(3) + present.getLong(4) == all && present.getLong(3) > 0;
        return new TokenRows(
                path,
                kind,
                rows.select(
                        col(Source.FILE),
                        col(Source.ROW),
                        positioned ? col(POSITION).cast("long") : lit(null).cast("long"),
                        col(Source.PROBLEM),
                        col(kind == Kind.TEXTS ? TEXT : INPUT_IDS)));
    }

    /** All rows as tokens, in their order and in one partition; they are made of texts by as many tasks as there are. */
    public JavaRDD<TokenRow> ordered(RowEncoder encoder) {
        return rows.javaRDD()
                .mapPartitionsToPair(values -> encoded(values, encoder))
                .repartitionAndSortWithinPartitions(new HashPartitioner(1), Comparator.naturalOrder())
                .values();
    }

    private static Iterator<Tuple2<RowKey, TokenRow>> encoded(Iterator<Row> values, RowEncoder encoder) {
        RowEncoder.Opened opened = encoder.open();
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> opened.close());
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return values.hasNext();
            }

            @Override
            public Tuple2<RowKey, TokenRow> next() {
                Row row = values.next();
                String place = row.getString(0) + "#" + row.getLong(1);
                RowKey key = new RowKey(row.isNullAt(2) ? -1 : row.getLong(2), row.getString(0), row.getLong(1));
                TokenRow tokens = row.isNullAt(3)
                        ? opened.encode(place, row.getString(4))
                        : TokenRow.faulty(place, row.getString(3));
                return new Tuple2<>(key, tokens);
            }
        };
    }
}
