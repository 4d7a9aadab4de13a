package io.promptmill.jobs.parquet;

import io.promptmill.jobs.failure.Failures;
import java.io.InputStream;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocol;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/** Reads what Parquet keeps in Thrift from bytes that nobody has vouched for. */
public final class ThriftReader {
    private static final int MAX_NESTED_STRUCTS = 32; // a footer's own are 8 deep at most

    private ThriftReader() {}

    /**
     * Fills a struct.
     *
     * @param bytes how many there are at most, which bounds what is allocated for lists and texts
     * @throws DamagedParquetException when the bytes are no such struct
     */
    public static <T extends TBase<?, ?>> T read(T struct, InputStream in, long bytes) throws DamagedParquetException {
        try {
            struct.read(protocol(in, bytes));
            return struct;
        } catch (TException | RuntimeException e) { // Thrift trusts some of the numbers that it reads
            throw new DamagedParquetException(message(e), e);
        }
    }

    /** What went wrong, without the hash code of an object. */
    public static String message(Exception failure) {
        return Failures.rootMessage(failure).replaceFirst(" Struct: .*", "");
    }

    /** The bytes as Thrift's parts, none of which is longer than that. */
    static TProtocol protocol(InputStream in, long bytes) throws TException {
        int limit = (int) Math.min(bytes, Integer.MAX_VALUE);
        return new TCompactProtocol(new TIOStreamTransport(new TConfiguration(limit, limit, MAX_NESTED_STRUCTS), in));
    }
}
