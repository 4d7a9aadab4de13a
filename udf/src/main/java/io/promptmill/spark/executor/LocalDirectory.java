package io.promptmill.spark.executor;

import java.nio.file.Path;
import org.apache.spark.SparkEnv;

/** Where this JVM's large temporary files go. */
public final class LocalDirectory {
    private LocalDirectory() {}

    /** A folder of Spark's own, which has room and which Spark deletes when the JVM ends; outside Spark that of Java. */
    public static Path path() {
        SparkEnv env = SparkEnv.get();
        return env == null
                ? Path.of(System.getProperty("java.io.tmpdir"))
                : env.blockManager().diskBlockManager().localDirs()[0].toPath();
    }
}
