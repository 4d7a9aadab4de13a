package io.promptmill.jobs.session;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Starts Spark: as {@code spark-submit} has set it, or embedded on all cores of this machine. */
public final class JobSession {
    private JobSession() {}

    /**
     * Starts it.
     *
     * @param mainClass the name of the main class, after which spark-submit names an application that the user does not
     */
    public static SparkSession start(String mainClass) {
        SparkConf conf = new SparkConf();
        if (!conf.contains("spark.master")) {
            conf.setMaster("local[*]");
            conf.setIfMissing("spark.ui.enabled", "false");
            conf.setIfMissing("spark.executor.heartbeatInterval", "5s"); // heartbeats carry the progress
        }
        // Nearly all that is broadcast are weights, which do not compress and carry a digest of their own.
        conf.setIfMissing("spark.broadcast.compress", "false");
        conf.setIfMissing("spark.broadcast.checksum", "false");
        conf.setIfMissing("spark.broadcast.blockSize", "16m");
        if (conf.get("spark.app.name", mainClass).equals(mainClass)) {
            conf.setAppName("promptmill");
        }
        return SparkSession.builder().config(conf).getOrCreate();
    }
}
