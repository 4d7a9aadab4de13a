package io.promptmill.jobs.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.source.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Datasets of posts: with their reasons, those to learn from, those held out, those set aside. Stateless. */
final class Posts {
    /** A file of posts that are set aside holds those of that many rows of the input. */
    private static final long ROWS_OF_PART = 1_000_000;

    private static final StructType SET_ASIDE = new StructType()
            .add(TrainingOrder.PART, DataTypes.IntegerType)
            .add("order", DataTypes.LongType)
            .add("source", DataTypes.StringType)
            .add(PostColumns.USER, DataTypes.StringType)
            .add(PostColumns.ID, DataTypes.StringType)
            .add(PostColumns.TEXT, DataTypes.StringType)
            .add(PostColumns.REASON, DataTypes.StringType)
            .add(PostColumns.DETAIL, DataTypes.StringType);

    private Posts() {}

    /** The posts of a source, each with its {@link PostColumns#REASON}. */
    static Dataset<Row> of(Source source, PostRules rules) throws RefusalException {
        Dataset<Row> posts = source.rows().map(new PostSorter(rules), Encoders.row(PostColumns.POST));
        if (!rules.steps().contains(Step.DROP_DUPLICATES)) {
            return posts;
        }
        // What has no duplicates is in a group of its own.
        Column group =
                coalesce(col(PostColumns.COMPARABLE), concat_ws("\0", lit(""), col(Source.FILE), col(Source.ROW)));
        Column number = row_number()
                .over(Window.partitionBy(group)
                        .orderBy(PostColumns.USER, PostColumns.ID, PostColumns.TEXT, Source.FILE, Source.ROW));
        Column repeated = col(PostColumns.COMPARABLE).isNotNull().and(number.gt(1));
        return posts.withColumn("repeated", repeated)
                .withColumn(
                        PostColumns.REASON,
                        when(col("repeated"), Reason.DUPLICATES.word()).otherwise(col(PostColumns.REASON)))
                .drop("repeated");
    }

    /** The kept posts to learn from; those of small users, too. */
    static Dataset<Row> toLearnFrom(Dataset<Row> posts) {
        return kept(posts).filter(col(PostColumns.HELD_OUT).equalTo(false));
    }

    /** The kept posts that are held out; those of small users, too. */
    static Dataset<Row> heldOut(Dataset<Row> posts) {
        return kept(posts).filter(col(PostColumns.HELD_OUT));
    }

    private static Dataset<Row> kept(Dataset<Row> posts) {
        return posts.filter(col(PostColumns.REASON).equalTo(Reason.KEPT.word()));
    }

    /**
     * The posts that are not kept, and all of small users, as the rows lie in the files: {@link TrainingOrder#PART}, place,
     * user, id, text, reason and detail.
     *
     * @param files names of all files, sorted
     */
    static Dataset<Row> setAside(Dataset<Row> posts, Users users, Tally tally, List<String> files) {
        Map<String, Long> starts = new HashMap<>();
        long rows = 0;
        for (String file : files) {
            starts.put(file, rows);
            rows += tally.endOf(file);
        }
        Set<String> small = new HashSet<>();
        users.small().forEach(user -> small.add(user.handle()));
        int parts = 1 + (int) (rows / ROWS_OF_PART);
        return posts.filter(col(PostColumns.REASON).notEqual(PostColumns.PASSED_OVER))
                .flatMap(setAside(starts, small), Encoders.row(SET_ASIDE))
                .repartition(parts, col(TrainingOrder.PART))
                .sortWithinPartitions("order")
                .drop("order");
    }

    /** The schema of the files of {@link #setAside}. */
    static StructType setAsideSchema() {
        return DataTypes.createStructType(List.of(SET_ASIDE.fields()).subList(2, SET_ASIDE.length()));
    }

    private static FlatMapFunction<Row, Row> setAside(Map<String, Long> starts, Set<String> small) {
        return post -> {
            String reason = post.getAs(PostColumns.REASON);
            String user = post.getAs(PostColumns.USER);
            if (reason.equals(Reason.KEPT.word())) {
                if (!small.contains(user)) {
                    return List.<Row>of().iterator();
                }
                reason = Reason.SMALL_USER.word();
            }
            String file = post.getAs(Source.FILE);
            long row = post.getAs(Source.ROW);
            long order = starts.get(file) + row;
            return List.of(RowFactory.create(
                            (int) (order / ROWS_OF_PART),
                            order,
                            file + "#" + row,
                            user,
                            post.getAs(PostColumns.ID),
                            post.getAs(PostColumns.TEXT),
                            reason,
                            post.getAs(PostColumns.DETAIL)))
                    .iterator();
        };
    }
}
