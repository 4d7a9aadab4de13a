package io.promptmill.jobs.testing;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.TaskContext;

/**
 * Local files under {@code failing:} that no task can create: with a failure, or below {@code fatal} with an error. It is
 * among the jars of the tests' Spark.
 */
public final class FailingFileSystem extends RawLocalFileSystem {
    public static final String SCHEME = "failing";

    private static final URI ROOT = URI.create(SCHEME + ":///");

    public static void register(Configuration hadoop) {
        hadoop.set("fs." + SCHEME + ".impl", FailingFileSystem.class.getName());
    }

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        if (TaskContext.get() != null) {
            if (file.toString().contains("/fatal/")) {
                throw new OutOfMemoryError("all memory is gone, says the test");
            }
            throw new IOException("the disk is full, says the test");
        }
        return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }
}
