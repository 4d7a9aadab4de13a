package io.promptmill.sql;

import io.promptmill.spark.TestSpark;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A session with the functions, on the Spark of all tests; its model is the sample model. It counts the prompts that its
 * queries compute, and has a view {@code prompts} of twelve rows: four texts, once NULL, in three partitions.
 */
final class SqlSession {
    private static final SqlSession ONLY = new SqlSession();

    private final SparkSession session;
    private final AtomicLong prompts = new AtomicLong();

    private SqlSession() {
        SparkSession shared = TestSpark.session();
        SparkSession.clearActiveSession();
        SparkSession.clearDefaultSession();
        session = SparkSession.builder()
                .withExtensions(new PromptmillExtensions())
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        SparkSession.setDefaultSession(shared);
        SparkSession.setActiveSession(shared);
        session.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                ScalaCollections.<AccumulableInfo>javaList(end.taskInfo().accumulables()).stream()
                        .filter(metric -> metric.name().contains("computed prompts"))
                        .forEach(metric -> prompts.addAndGet(
                                Long.parseLong(metric.update().get().toString())));
            }
        });
        session.range(0, 12, 1, 3)
                .selectExpr("id", "if(id = 5, NULL, concat('My dream ', id % 4, ' is')) AS prompt", "id % 3 AS topic")
                .createOrReplaceTempView("prompts");
    }

    static SqlSession only() {
        return ONLY;
    }

    SparkSession session() {
        return session;
    }

    List<Row> rows(String query) {
        return session.sql(query).collectAsList();
    }

    /** How many prompts are computed when the query is executed. */
    long prompts(String query) {
        return prompts(() -> session.sql(query).collectAsList());
    }

    /** How many prompts are computed by the work. */
    long prompts(Runnable work) {
        awaitListeners();
        long before = prompts.get();
        work.run();
        awaitListeners();
        return prompts.get() - before;
    }

    private void awaitListeners() {
        try {
            session.sparkContext().listenerBus().waitUntilEmpty();
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
