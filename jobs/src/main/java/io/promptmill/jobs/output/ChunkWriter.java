package io.promptmill.jobs.output;

import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

/**
 * Writes the rows of one chunk into one Parquet file that appears whole with {@link #commit}; closed before that, it
 * leaves nothing. Equal rows give equal bytes up to the footer. Single-threaded.
 */
public final class ChunkWriter implements AutoCloseable {
    private final ChunkTarget target;
    private final int chunk;
    private final OutputFiles files;
    private final String name;
    private final PendingFile pending;
    private final ParquetWriter<InternalRow> parquet;
    private final ChunkFile file;
    private final Function1<Object, Object> toInternal;
    /** Null until all rows are written. */
    private ChunkCounts finalCounts;
    /** Null until the file is finished. */
    private ChunkRecord record;

    private long rows;

    /** Opens the file; {@code distinction} makes this attempt's temporary name unique. */
    public ChunkWriter(ChunkTarget target, int chunk, String distinction) throws IOException {
        this.target = target;
        this.chunk = chunk;
        this.files = target.files();
        this.name = target.plan().fileName(chunk);
        this.pending = files.begin(name, distinction);
        this.file = new ChunkFile(pending.stream());
        this.toInternal = CatalystTypeConverters.createToCatalystConverter(target.schema());
        this.parquet = new Builder(file, ChunkWriteSupport.withAllDates(target.footer(), this::lastEntries))
                .withConf(configuration(target.schema(), target.hadoop().value()))
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .build();
    }

    /** Adds a row of the target's schema. */
    public void write(Row row) throws IOException {
        parquet.write((InternalRow) toInternal.apply(row));
        rows++;
    }

    /**
     * Finishes the file and gives it its name. A file of that name with the same rows is an earlier attempt of this task
     * whose answer was lost, and counts as this one. Whole files need not be equal: the order of some entries in a Parquet
     * footer differs from JVM to JVM.
     *
     * @param counts what became of the chunk's prompts
     * @return the file that has the name
     */
    public WrittenFile commit(ChunkCounts counts) throws IOException {
        finalCounts = counts;
        parquet.close();
        target.lease().check(files);
        return pending.publish() ? new WrittenFile(name, rows, file.bytes(), file.sha256()) : earlierAttempt();
    }

    private WrittenFile earlierAttempt() throws IOException {
        StoredChunk stored = StoredChunk.read(files, name, target.hadoop().value());
        if (!stored.record().equals(record)) {
            throw new IOException("Cannot write " + files.path(name) + ": a file of that name holds other rows ("
                    + stored.record() + " instead of " + record + "). Is another run writing to this folder?");
        }
        return stored.file();
    }

    /** Removes the temporary file. */
    @Override
    public void close() throws IOException {
        try {
            parquet.close();
        } finally {
            pending.close();
        }
    }

    // Empty where the rows are not all there: such a file never gets its name.
    private Map<String, String> lastEntries() {
        if (finalCounts == null) {
            return Map.of();
        }
        record = target.record(chunk, finalCounts, file);
        return Map.of(ChunkRecord.KEY, Json.writeCompact(record));
    }

    private static Configuration configuration(StructType schema, Configuration hadoop) {
        Configuration configuration = new Configuration(hadoop);
        ParquetWriteSupport.setSchema(schema, configuration);
        // Fixed here, not taken from the session: the bytes must not depend on where a task runs.
        configuration.set(SQLConf.PARQUET_WRITE_LEGACY_FORMAT().key(), "false");
        configuration.set(SQLConf.PARQUET_OUTPUT_TIMESTAMP_TYPE().key(), "TIMESTAMP_MICROS");
        configuration.set(SQLConf.PARQUET_FIELD_ID_WRITE_ENABLED().key(), "true");
        return configuration;
    }

    private static final class Builder extends ParquetWriter.Builder<InternalRow, Builder> {
        private final ChunkWriteSupport support;

        Builder(OutputFile file, ChunkWriteSupport support) {
            super(file);
            this.support = support;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<InternalRow> getWriteSupport(Configuration configuration) {
            return support;
        }
    }
}
