package io.promptmill.jobs.cluster;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.TaskContext;

/**
 * Local files under {@code halting:}, where a task that creates a file of a chunk 5 is the end of its JVM, as a crash of
 * native code would be. It is among the jars of the tests' Spark.
 */
public final class HaltingFileSystem extends RawLocalFileSystem {
    static final String SCHEME = "halting";
    static final int EXIT_CODE = 9;

    private static final URI ROOT = URI.create(SCHEME + ":///");

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        if (TaskContext.get() != null && file.getName().startsWith("chunk-00005-")) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }
}
