package io.promptmill.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One Parquet file of the input as it was when a run began.
 *
 * @param path with its file system
 * @param bytes its size
 * @param modified when it was last modified, ISO 8601
 * @param footer SHA-256 of its footer, where Parquet keeps schema, counts and statistics; {@code none} where it has no
 *     footer
 */
@JsonPropertyOrder({"path", "bytes", "modified", "footer"})
record InputFile(
        @JsonProperty("path") String path,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("modified") String modified,
        @JsonProperty("footer") String footer)
        implements Serializable {
    private static final String NO_FOOTER = "none";
    private static final int MAGIC = ByteBuffer.wrap(new byte[] {'P', 'A', 'R', '1'})
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    private static final int TAIL_BYTES = 2 * Integer.BYTES; // the footer's length, then the magic number
    private static final int BLOCK_BYTES = 1 << 16;

    InputFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(footer, "footer");
    }

    static InputFile read(Path path, Configuration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        FileStatus status = fileSystem.getFileStatus(path);
        try (FSDataInputStream in = fileSystem.open(path)) {
            return new InputFile(
                    path.toString(),
                    status.getLen(),
                    Instant.ofEpochMilli(status.getModificationTime()).toString(),
                    footer(in, status.getLen()));
        }
    }

    /** The file without its place, as a fingerprint's value. */
    String state() {
        return bytes + " bytes of " + modified + " with footer " + footer;
    }

    private static String footer(FSDataInputStream in, long size) throws IOException {
        if (size < TAIL_BYTES) {
            return NO_FOOTER;
        }
        byte[] tail = new byte[TAIL_BYTES];
        in.readFully(size - TAIL_BYTES, tail);
        ByteBuffer numbers = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        long length = Integer.toUnsignedLong(numbers.getInt());
        if (numbers.getInt() != MAGIC || length > size - TAIL_BYTES) {
            return NO_FOOTER;
        }
        MessageDigest digest = Sha256.newDigest();
        byte[] block = new byte[BLOCK_BYTES];
        for (long position = size - TAIL_BYTES - length; position < size; ) {
            int wanted = (int) Math.min(block.length, size - position);
            in.readFully(position, block, 0, wanted);
            digest.update(block, 0, wanted);
            position += wanted;
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
