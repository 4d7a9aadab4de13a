package io.promptmill.jobs.parquet;

import java.io.ByteArrayInputStream;
import java.util.Map;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TField;
import shaded.parquet.org.apache.thrift.protocol.TList;
import shaded.parquet.org.apache.thrift.protocol.TProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocolUtil;

/**
 * Whether the schema in a footer holds nothing but the fields that a schema can have. Thrift passes over what it does not
 * know: with one bit of a field's number, a text would silently become bytes and a list a struct.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift">SchemaElement</a>
 */
public final class SchemaFields {
    private static final short SCHEMA = 2;

    // As Thrift's TType, which is not among what Parquet brings.
    private static final byte STOP = 0;
    private static final byte I32 = 8;
    private static final byte STRING = 11;
    private static final byte STRUCT = 12;
    private static final byte LIST = 15;

    private static final Map<Short, Byte> TYPES = Map.of(
            (short) 1, I32, // type
            (short) 2, I32, // type_length
            (short) 3, I32, // repetition_type
            (short) 4, STRING, // name
            (short) 5, I32, // num_children
            (short) 6, I32, // converted_type
            (short) 7, I32, // scale
            (short) 8, I32, // precision
            (short) 9, I32, // field_id
            (short) 10, STRUCT); // logicalType

    private SchemaFields() {}

    /** Fails where a field of the schema is of another type than the format gives it. */
    public static void check(byte[] footer) throws DamagedParquetException {
        try {
            TProtocol in = ThriftReader.protocol(new ByteArrayInputStream(footer), footer.length);
            in.readStructBegin();
            for (TField field = in.readFieldBegin(); field.type != STOP; field = in.readFieldBegin()) {
                if (field.id == SCHEMA && field.type == LIST) {
                    checkElements(in);
                    return;
                }
                TProtocolUtil.skip(in, field.type);
            }
        } catch (TException | RuntimeException e) { // Thrift trusts some of the numbers that it reads
            throw new DamagedParquetException(ThriftReader.message(e), e);
        }
        throw new DamagedParquetException("it has no schema");
    }

    private static void checkElements(TProtocol in) throws TException, DamagedParquetException {
        TList elements = in.readListBegin();
        for (int i = 0; i < elements.size; i++) {
            in.readStructBegin();
            for (TField field = in.readFieldBegin(); field.type != STOP; field = in.readFieldBegin()) {
                Byte type = TYPES.get(field.id);
                if (type == null || type != field.type) {
                    throw new DamagedParquetException("column " + i + " of its schema, in the order of a tree, has a"
                            + " field " + field.id + " of type " + field.type + " that no column can have");
                }
                TProtocolUtil.skip(in, field.type);
            }
        }
    }
}
