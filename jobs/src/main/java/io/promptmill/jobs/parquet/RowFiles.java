package io.promptmill.jobs.parquet;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/** How rows of Spark become a Parquet file whose bytes do not depend on where they are written. Stateless. */
public final class RowFiles {
    /** Of Spark 4, which wants it said; Spark 3.5 has no such columns. */
    private static final String ANNOTATE_VARIANTS = "spark.sql.parquet.variant.annotateLogicalType.enabled";

    private RowFiles() {}

    /**
     * A writer's settings, which the caller may add to before it builds the writer.
     *
     * @param file where the bytes go
     * @param schema of the rows
     * @param footer entries of the footer known before the first row
     * @param lastEntries asked for more of them when all rows are in the file and nothing after them
     */
    public static ParquetWriter.Builder<InternalRow, ?> writer(
            OutputFile file,
            StructType schema,
            Map<String, String> footer,
            Supplier<Map<String, String>> lastEntries,
            Configuration hadoop) {
        return new Builder(file, RowWriteSupport.withAllDates(footer, lastEntries))
                .withConf(configuration(schema, hadoop))
                .withCompressionCodec(CompressionCodecName.SNAPPY);
    }

    private static Configuration configuration(StructType schema, Configuration hadoop) {
        Configuration configuration = new Configuration(hadoop);
        ParquetWriteSupport.setSchema(schema, configuration);
        // Fixed here, not taken from the session: the bytes must not depend on where a task runs.
        configuration.set(SQLConf.PARQUET_WRITE_LEGACY_FORMAT().key(), "false");
        configuration.set(SQLConf.PARQUET_OUTPUT_TIMESTAMP_TYPE().key(), "TIMESTAMP_MICROS");
        configuration.set(SQLConf.PARQUET_FIELD_ID_WRITE_ENABLED().key(), "true");
        configuration.set(ANNOTATE_VARIANTS, "true");
        return configuration;
    }

    private static final class Builder extends ParquetWriter.Builder<InternalRow, Builder> {
        private final RowWriteSupport support;

        Builder(OutputFile file, RowWriteSupport support) {
            super(file);
            this.support = support;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings(
                "deprecation") // abstract in all versions of Parquet, the newest of which calls another by default
        protected WriteSupport<InternalRow> getWriteSupport(Configuration configuration) {
            return support;
        }
    }
}
