package io.promptmill.jobs;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A stream into a file of the output folder that takes the digest and size of what passes. Single-threaded. */
final class ChunkFile implements OutputFile {
    private final FSDataOutputStream out;
    private final MessageDigest digest = Sha256.newDigest();
    private long bytes;

    ChunkFile(FSDataOutputStream out) {
        this.out = out;
    }

    long bytes() {
        return bytes;
    }

    /** To be asked once, when all is written. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
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
