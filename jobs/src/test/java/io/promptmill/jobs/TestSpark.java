package io.promptmill.jobs;

import org.apache.spark.sql.SparkSession;

/** One small Spark for all tests of this JVM. */
final class TestSpark {
    private TestSpark() {}

    static SparkSession session() {
        QuietLog.install(ShownDetail.ESSENTIAL);
        return SparkSession.builder()
                .master("local[2]")
                .appName("tests")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate();
    }
}
