package io.promptmill.jobs.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The last bytes of a Parquet file, behind its footer. Nothing in them is checked.
 *
 * @param footerBytes the footer's length, as it is said here
 * @param magic the last four bytes, in ISO 8859-1
 */
public record ParquetTail(long footerBytes, String magic) {
    /** What a Parquet file begins and ends with. */
    public static final String MAGIC = "PAR1";

    /** How many they are. */
    public static final int BYTES = Integer.BYTES + MAGIC.length();

    /**
     * Reads them.
     *
     * @param size of the file, at least {@link #BYTES}
     */
    public static ParquetTail read(FSDataInputStream in, long size) throws IOException {
        byte[] tail = new byte[BYTES];
        in.readFully(size - BYTES, tail);
        return new ParquetTail(
                Integer.toUnsignedLong(
                        ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt()),
                new String(tail, Integer.BYTES, MAGIC.length(), StandardCharsets.ISO_8859_1));
    }
}
