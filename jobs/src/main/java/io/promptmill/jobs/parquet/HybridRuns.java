package io.promptmill.jobs.parquet;

import java.nio.ByteBuffer;

/**
 * Parquet's hybrid of runs and packed bits, in which levels and dictionary positions are kept; walked without keeping a
 * value.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Parquet, encodings</a>
 */
final class HybridRuns {
    private static final int MAX_VARINT_BITS = 35; // five bytes
    private static final int PACKED_TOGETHER = 8;

    private HybridRuns() {}

    /**
     * Walks over values.
     *
     * @param in ends with them
     * @param width bits of a value, 0 to 32
     * @param count how many there are
     * @param end all are below it
     * @param counted which of them are counted
     * @return how often that one occurs
     * @throws DamagedParquetException when they are not so many, not all below the end, or something follows
     */
    static int count(ByteBuffer in, int width, int count, long end, long counted) throws DamagedParquetException {
        int seen = 0;
        int found = 0;
        while (seen < count) {
            int header = varint(in);
            boolean packed = (header & 1) == 1;
            long length = packed ? (header >>> 1) * (long) PACKED_TOGETHER : header >>> 1;
            if (length == 0) {
                throw new DamagedParquetException("a run without values");
            }
            int wanted = (int) Math.min(length, count - seen);
            if (packed) {
                found += packed(in, width, wanted, length, end, counted);
            } else if (checked(number(in, (width + Byte.SIZE - 1) / Byte.SIZE), end) == counted) {
                found += wanted;
            }
            seen += wanted;
        }
        if (in.hasRemaining()) {
            throw new DamagedParquetException(in.remaining() + " bytes too many");
        }
        return found;
    }

    private static int packed(ByteBuffer in, int width, int wanted, long length, long end, long counted)
            throws DamagedParquetException {
        long bytes = length * width / Byte.SIZE;
        if (((long) wanted * width + Byte.SIZE - 1) / Byte.SIZE > in.remaining()) {
            throw new DamagedParquetException("it ends within a run");
        }
        int next = in.position() + (int) Math.min(bytes, in.remaining()); // the last bytes may have been spared
        long bits = 0;
        int held = 0;
        int found = 0;
        for (int i = 0; i < wanted; i++) {
            while (held < width) {
                bits |= (in.get() & 0xffL) << held;
                held += Byte.SIZE;
            }
            if (checked(bits & ((1L << width) - 1), end) == counted) {
                found++;
            }
            bits >>>= width;
            held -= width;
        }
        in.position(next);
        return found;
    }

    private static long checked(long value, long end) throws DamagedParquetException {
        if (value >= end) {
            throw new DamagedParquetException("the value " + value + " where all are below " + end);
        }
        return value;
    }

    private static int varint(ByteBuffer in) throws DamagedParquetException {
        long value = 0;
        for (int shift = 0; shift < MAX_VARINT_BITS && in.hasRemaining(); shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return (int) value;
            }
        }
        throw new DamagedParquetException("a run without its length");
    }

    private static long number(ByteBuffer in, int bytes) throws DamagedParquetException {
        if (bytes > in.remaining()) {
            throw new DamagedParquetException("it ends within a run");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in.get() & 0xffL) << (Byte.SIZE * i);
        }
        return value;
    }
}
