package io.promptmill.jobs.testing;

import io.promptmill.jobs.command.QuietLog;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.table.SnapshotCatalog;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** One small Spark for all tests of this JVM. */
public final class TestSpark {
    private TestSpark() {}

    public static SparkSession session() {
        Option<SparkSession> running = SparkSession.getDefaultSession();
        if (running.isDefined()) {
            return running.get();
        }
        QuietLog.install(ShownDetail.ESSENTIAL);
        return SparkSession.builder()
                .master("local[2]")
                .appName("tests")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.sql.catalog." + SnapshotCatalog.NAME, SnapshotCatalog.class.getName())
                .getOrCreate();
    }

    /** Ends the Spark that runs in this JVM, if any, so that another can start. */
    public static void stop() {
        Option<SparkSession> running = SparkSession.getDefaultSession();
        if (running.isDefined()) {
            running.get().stop();
        }
    }
}
