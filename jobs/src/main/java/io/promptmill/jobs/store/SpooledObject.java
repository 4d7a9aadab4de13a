package io.promptmill.jobs.store;

import io.promptmill.Sha256;
import io.promptmill.spark.executor.LocalDirectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.Path;

/**
 * A pending S3 object: spooled to the local disk, then put in one request under the condition that no such object exists
 * ({@code If-None-Match: *}).
 */
final class SpooledObject implements PendingFile {
    /** The most that S3 takes in one put. */
    private static final long MAX_BYTES = 5L << 30;

    private static final int BUFFER_BYTES = 1 << 16;

    private final S3Objects objects;
    private final Path target;
    private final java.nio.file.Path spool;
    private final MessageDigest md5 = ObjectContent.newMd5();
    private final MessageDigest sha256 = Sha256.newDigest();
    private final OutputStream stream;

    SpooledObject(S3Objects objects, Path target, String name) throws IOException {
        this.objects = objects;
        this.target = target;
        this.spool = Files.createTempFile(LocalDirectory.path(), name, ".spool");
        this.stream = new BufferedOutputStream(
                new DigestOutputStream(new DigestOutputStream(Files.newOutputStream(spool), md5), sha256),
                BUFFER_BYTES);
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
        return objects.putIfAbsent(target, new ObjectContent(spool, bytes, hex(md5), hex(sha256)));
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            Files.deleteIfExists(spool);
        }
    }

    private static String hex(MessageDigest digest) {
        return Sha256.hex(digest.digest());
    }
}
