package io.promptmill.jobs.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Parquet's plain encoding: values one after another, texts behind their lengths. Stateless. */
final class PlainValues {
    private static final int INT96_BYTES = 12;

    private PlainValues() {}

    /**
     * Walks over values.
     *
     * @param in holds them and nothing else
     * @throws DamagedParquetException when they are not so many
     */
    static void check(ByteBuffer in, LeafColumn column, int count) throws DamagedParquetException {
        long bytes =
                switch (column.type()) {
                    case BOOLEAN -> (count + Byte.SIZE - 1L) / Byte.SIZE;
                    case INT32, FLOAT -> (long) count * Integer.BYTES;
                    case INT64, DOUBLE -> (long) count * Long.BYTES;
                    case INT96 -> (long) count * INT96_BYTES;
                    case FIXED_LEN_BYTE_ARRAY -> (long) count * column.typeLength();
                    case BYTE_ARRAY -> texts(in.duplicate().order(ByteOrder.LITTLE_ENDIAN), count);
                };
        if (bytes != in.remaining()) {
            throw new DamagedParquetException(
                    "its " + count + " values take " + bytes + " bytes and there are " + in.remaining());
        }
    }

    private static long texts(ByteBuffer in, int count) throws DamagedParquetException {
        long start = in.position();
        for (int i = 0; i < count; i++) {
            int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new DamagedParquetException("its value " + (i + 1) + " of " + count + " reaches beyond its end");
            }
            in.position(in.position() + length);
        }
        return in.position() - start;
    }
}
