package io.promptmill.spark.seam;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Rows as the session of their dataset makes them: Spark 4 asks the active one whether dates are those of java.time. */
public final class SessionRows {
    private SessionRows() {}

    /** The rows of a dataset. */
    public static JavaRDD<Row> of(Dataset<Row> dataset) {
        Option<SparkSession> active = SparkSession.getActiveSession();
        SparkSession.setActiveSession(dataset.sparkSession());
        try {
            return dataset.javaRDD();
        } finally {
            if (active.isDefined()) {
                SparkSession.setActiveSession(active.get());
            } else {
                SparkSession.clearActiveSession();
            }
        }
    }
}
