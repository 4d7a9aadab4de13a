package io.promptmill.jobs.output;

import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.parquet.DigestedFile;
import io.promptmill.jobs.parquet.RowFiles;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import java.io.IOException;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
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
    private final DigestedFile file;
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
        this.file = new DigestedFile(pending.stream());
        this.toInternal = CatalystTypeConverters.createToCatalystConverter(target.schema());
        this.parquet = RowFiles.writer(
                        file,
                        target.schema(),
                        target.footer(),
                        this::lastEntries,
                        target.hadoop().value())
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
}
