package io.promptmill.spark;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of all tests in this JVM; it ends with the JVM. */
public final class TestSpark {
    private static final SparkSession SESSION = SparkSession.builder()
            .master("local[2]")
            .appName("promptmill-test")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.plugins", PromptmillPlugin.class.getName())
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/promptmill-warehouse")
            .getOrCreate();

    private TestSpark() {}

    /** The session; nobody stops it. */
    public static SparkSession session() {
        return SESSION;
    }
}
