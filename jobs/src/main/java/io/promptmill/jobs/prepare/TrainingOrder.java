package io.promptmill.jobs.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.promptmill.jobs.prepare.TrainingPlan.Share;
import java.util.Collections;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Puts posts into the order in which a model learns from them. The order is a function of the posts and the seed: posts that
 * are equal in user, id and text are told apart by a number.
 */
final class TrainingOrder {
    /** Which file a text is in. */
    static final String PART = "part";

    static final String PASS = "pass";

    private static final String INDEX = "index";
    private static final String COPY = "copy";
    private static final String DRAW = "draw";
    private static final String CHARACTERS = "characters";
    private static final String COPIES = "copies";
    private static final String REST = "rest";
    private static final String TIMES = "times";

    /** Stands for a pass in the draw by which it is decided what is repeated. */
    private static final long REPEATS = -1;

    /** One of the posts, equal ones told apart by {@code copy}. */
    private static final StructType ITEM = new StructType()
            .add(PostColumns.USER, DataTypes.StringType)
            .add(PostColumns.ID, DataTypes.StringType)
            .add(PostColumns.TEXT, DataTypes.StringType)
            .add(COPY, DataTypes.LongType)
            .add(DRAW, DataTypes.LongType)
            .add(CHARACTERS, DataTypes.IntegerType)
            .add(COPIES, DataTypes.LongType)
            .add(REST, DataTypes.LongType);

    private static final StructType TEXT = new StructType()
            .add(PART, DataTypes.IntegerType)
            .add(PASS, DataTypes.IntegerType)
            .add(INDEX, DataTypes.IntegerType)
            .add(DRAW, DataTypes.LongType)
            .add(PostColumns.USER, DataTypes.StringType)
            .add(PostColumns.ID, DataTypes.StringType)
            .add(PostColumns.TEXT, DataTypes.StringType);

    private TrainingOrder() {}

    /**
     * The texts of a plan, sorted within partitions that hold whole files: {@link #PART}, {@link #PASS}, user, id, text.
     *
     * @param posts with user, id and text
     * @param seed keys the order
     */
    static Dataset<Row> of(Dataset<Row> posts, TrainingPlan plan, long seed) {
        Dataset<Row> items = posts.groupBy(PostColumns.USER, PostColumns.ID, PostColumns.TEXT)
                .agg(count(lit(1)).as(TIMES))
                .flatMap(items(plan, seed), Encoders.row(ITEM));
        if (plan.hasRests()) {
            items = items.withColumn(
                    COPIES,
                    col(COPIES).plus(when(charactersBefore().lt(col(REST)), 1).otherwise(0)));
        }
        return items.flatMap(texts(plan, seed), Encoders.row(TEXT))
                .repartition(plan.parts(), col(PART))
                .sortWithinPartitions(
                        col(PART), col(PASS), col(INDEX), col(DRAW), col(PostColumns.ID), col(PostColumns.TEXT))
                .select(PART, PASS, PostColumns.USER, PostColumns.ID, PostColumns.TEXT);
    }

    /** Characters of a user's posts before one, in the order in which they are repeated. */
    private static Column charactersBefore() {
        Column sum = sum(CHARACTERS)
                .over(Window.partitionBy(PostColumns.USER)
                        .orderBy(DRAW, PostColumns.ID, PostColumns.TEXT)
                        .rowsBetween(Window.unboundedPreceding(), -1));
        return coalesce(sum, lit(0L));
    }

    private static FlatMapFunction<Row, Row> items(TrainingPlan plan, long seed) {
        return post -> {
            String user = post.getString(0);
            Share share = plan.users().get(user);
            if (share == null) {
                return Collections.emptyIterator(); // a user that is left out
            }
            String id = post.getString(1);
            String text = post.getString(2);
            long hash = PostHash.of(user, id, text);
            return LongStream.range(0, post.getLong(3))
                    .mapToObj(copy -> RowFactory.create(
                            user,
                            id,
                            text,
                            copy,
                            PostHash.draw(seed, REPEATS, hash, copy),
                            PostText.characters(text),
                            share.wholes(),
                            share.rest()))
                    .iterator();
        };
    }

    private static FlatMapFunction<Row, Row> texts(TrainingPlan plan, long seed) {
        return item -> {
            // By places: between two such functions Spark hands rows on without their schema.
            String user = item.getString(0);
            String id = item.getString(1);
            String text = item.getString(2);
            long equal = item.getLong(3);
            long copies = item.getLong(6);
            Share share = plan.users().get(user);
            long hash = PostHash.of(user, id, text);
            return LongStream.range(0, plan.passes() * copies) // flat, so that none is made before it is asked for
                    .mapToObj(number -> {
                        int pass = (int) (number / copies);
                        long draw = PostHash.draw(seed, pass, hash, equal, number % copies);
                        return RowFactory.create(
                                plan.part(pass, share, draw), pass, share.index(), draw, user, id, text);
                    })
                    .iterator();
        };
    }
}
