package io.promptmill.jobs.parquet;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.internal.SQLConf;

/** Spark's own Parquet encoding, which carries every Spark type, with entries of one's own in the footer. */
final class RowWriteSupport extends ParquetWriteSupport {
    private final Map<String, String> footer;
    private final Supplier<Map<String, String>> lastEntries;

    private RowWriteSupport(Map<String, String> footer, Supplier<Map<String, String>> lastEntries) {
        this.footer = footer;
        this.lastEntries = lastEntries;
    }

    /**
     * An encoding that writes days before 1582 and instants before 1900 as they are; Spark's default is to fail there.
     *
     * @param footer entries of the footer known before the first row
     * @param lastEntries asked for more of them when all rows are in the file and nothing after them
     */
    static RowWriteSupport withAllDates(Map<String, String> footer, Supplier<Map<String, String>> lastEntries) {
        // Spark reads these when the object is made, from the settings of the task, which are not the driver's.
        SQLConf conf = new SQLConf();
        conf.setConfString(SQLConf.PARQUET_REBASE_MODE_IN_WRITE().key(), "CORRECTED");
        conf.setConfString(SQLConf.PARQUET_INT96_REBASE_MODE_IN_WRITE().key(), "CORRECTED");
        return SQLConf.withExistingConf(conf, () -> new RowWriteSupport(footer, lastEntries));
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
