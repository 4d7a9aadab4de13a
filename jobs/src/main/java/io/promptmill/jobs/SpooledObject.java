package io.promptmill.jobs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A pending S3 object: spooled to the local disk, then put in one request under the condition that no such object exists
 * ({@code If-None-Match: *}).
 */
final class SpooledObject implements PendingFile {
    /** The most that S3 takes in one put. */
    private static final long MAX_BYTES = 5L << 30;

    private static final int PRECONDITION_FAILED = 412;

    private final FileSystem fileSystem;
    private final Path target;
    private final java.nio.file.Path spool;
    private final OutputStream stream;

    SpooledObject(FileSystem fileSystem, Path target, String name) throws IOException {
        this.fileSystem = fileSystem;
        this.target = target;
        this.spool = Files.createTempFile(localFolder(), name, ".spool");
        this.stream = new BufferedOutputStream(Files.newOutputStream(spool));
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public boolean publish() throws IOException {
        stream.close();
        long bytes = Files.size(spool);
        if (bytes > MAX_BYTES) {
            throw new IOException(target + " has " + bytes + " bytes and S3 takes " + MAX_BYTES
                    + " in one put; run with more --chunks");
        }
        PutObjectRequest put = PutObjectRequest.builder()
                .bucket(target.toUri().getHost())
                .key(target.toUri().getPath().substring(1))
                .ifNoneMatch("*")
                .build();
        try (S3Client client = S3Clients.of(target, fileSystem.getConf())) {
            var unused = client.putObject(put, RequestBody.fromFile(spool));
            return true;
        } catch (SdkException e) {
            boolean taken = e instanceof S3Exception answer && answer.statusCode() == PRECONDITION_FAILED;
            // Else nobody knows whether the store has acted: what counts is what is there.
            if (taken || fileSystem.exists(target)) {
                return false;
            }
            throw new IOException("Cannot put " + target + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            Files.deleteIfExists(spool);
        }
    }

    // Spark's own folder on this machine, which has room and goes with the executor.
    private static java.nio.file.Path localFolder() {
        SparkEnv env = SparkEnv.get();
        return env == null
                ? java.nio.file.Path.of(System.getProperty("java.io.tmpdir"))
                : env.blockManager().diskBlockManager().localDirs()[0].toPath();
    }
}
