package io.promptmill.jobs.prepare;

import io.promptmill.Sha256;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.parquet.DigestedFile;
import io.promptmill.jobs.parquet.RowFiles;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One Parquet file of a data folder, which appears whole with {@link #commit}; closed before that, it leaves nothing. Equal
 * rows give equal bytes, in any JVM. Single-threaded.
 */
final class PartFile implements AutoCloseable {
    private static final long ROW_GROUP_BYTES = 16L << 20;

    private final OutputFiles files;
    private final String name;
    private final StructType schema;
    private final int text;
    private final PendingFile pending;
    private final DigestedFile file;
    private final ParquetWriter<InternalRow> parquet;
    private final MessageDigest content = Sha256.newDigest();
    private long rows;
    private long characters;

    /** Begins a file whose columns are texts, longs and ints. */
    PartFile(OutputFiles files, String name, StructType schema, Configuration hadoop) throws IOException {
        this.files = files;
        this.name = name;
        this.schema = schema;
        this.text = schema.getFieldIndex(PostColumns.TEXT).isDefined() ? schema.fieldIndex(PostColumns.TEXT) : -1;
        this.pending = files.begin(name, UUID.randomUUID().toString());
        this.file = new DigestedFile(pending.stream());
        this.parquet = RowFiles.writer(file, schema, Map.of(), Map::of, hadoop)
                // One encoding for each column: Parquet lists several in an order that differs from JVM to JVM.
                .withWriterVersion(WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(false)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .build();
    }

    /** Adds a row of the schema. */
    void write(InternalRow row) throws IOException {
        parquet.write(row);
        for (int i = 0; i < schema.length(); i++) {
            DataType type = schema.apply(i).dataType();
            if (row.isNullAt(i)) {
                content.update((byte) 0);
            } else if (type.equals(DataTypes.StringType)) {
                UTF8String value = row.getUTF8String(i);
                content.update((byte) 1);
                add(value.numBytes());
                content.update(value.getBytes());
            } else {
                content.update((byte) 1);
                add(type.equals(DataTypes.LongType) ? row.getLong(i) : row.getInt(i));
            }
        }
        rows++;
        characters +=
                text < 0 || row.isNullAt(text) ? 0 : row.getUTF8String(text).numChars();
    }

    /**
     * Finishes the file and gives it its name. A file of that name with the same bytes is an earlier attempt whose answer
     * was lost, and counts as this one.
     */
    PartReport commit(LeaseTicket lease) throws IOException {
        parquet.close();
        lease.check(files);
        if (!pending.publish() && !Sha256.ofStream(files.open(name)).equals(file.sha256())) {
            throw new IOException("Cannot write " + files.path(name)
                    + ": a file of that name holds something else. Is another run writing to this folder?");
        }
        return new PartReport(name, rows, characters, Sha256.hex(content.digest()));
    }

    @Override
    public void close() throws IOException {
        try {
            parquet.close();
        } finally {
            pending.close();
        }
    }

    private void add(long number) {
        content.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }
}
