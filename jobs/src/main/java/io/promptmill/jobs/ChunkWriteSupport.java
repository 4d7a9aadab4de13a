package io.promptmill.jobs;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;

/** Spark's own Parquet encoding, which carries every Spark type, with Promptmill's entries in the footer. */
final class ChunkWriteSupport extends ParquetWriteSupport {
    private final Map<String, String> footer;
    private final Supplier<Map<String, String>> lastEntries;

    /**
     * Entries of the footer.
     *
     * @param footer those known before the first row
     * @param lastEntries asked when all rows are in the file and nothing after them
     */
    ChunkWriteSupport(Map<String, String> footer, Supplier<Map<String, String>> lastEntries) {
        this.footer = footer;
        this.lastEntries = lastEntries;
    }

    @Override
    public WriteSupport.WriteContext init(Configuration configuration) {
        WriteSupport.WriteContext context = super.init(configuration);
        // Sorted: the order of other maps differs from JVM to JVM, and with it the bytes of the file.
        Map<String, String> metadata = new TreeMap<>(context.getExtraMetaData());
        metadata.putAll(footer);
        return new WriteSupport.WriteContext(context.getSchema(), metadata);
    }

    @Override
    public FinalizedWriteContext finalizeWrite() {
        return new FinalizedWriteContext(lastEntries.get());
    }

    /** The other half of Spark's overload, which javac sees only in its generic form. */
    @Override
    public void write(InternalRow row) {
        super.write(row);
    }
}
