package io.promptmill.jobs.parquet;

import io.promptmill.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** The way of a Parquet file's bytes to a stream; takes the digest and size of what passes. Single-threaded. */
public final class DigestedFile implements OutputFile {
    private final OutputStream out;
    private final MessageDigest digest = Sha256.newDigest();
    private long bytes;

    /** A file whose bytes go there; closing the file closes the stream. */
    public DigestedFile(OutputStream out) {
        this.out = out;
    }

    /** How many bytes have been written so far. */
    public long bytes() {
        return bytes;
    }

    /** The digest of what has been written so far, in hexadecimal digits. */
    public String sha256() {
        return Sha256.hex(Sha256.copyOf(digest).digest());
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return new PositionOutputStream() {
            @Override
            public long getPos() {
                return bytes;
            }

            @Override
            public void write(int value) throws IOException {
                out.write(value);
                digest.update((byte) value);
                bytes++;
            }

            @Override
            public void write(byte[] values, int from, int length) throws IOException {
                out.write(values, from, length);
                digest.update(values, from, length);
                bytes += length;
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }
}
