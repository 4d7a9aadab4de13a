package io.promptmill.jobs.output;

import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.parquet.DigestedFile;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where the chunks of a run go; travels with the task.
 *
 * @param folder the output folder with its file system
 * @param plan names the files
 * @param prompts of all chunks
 * @param fingerprint of the {@link RunPlan}
 * @param schema the rows' schema
 * @param footer entries for every file's footer
 * @param lease asked before a file gets its name
 * @param hadoop the driver's Hadoop settings
 */
public record ChunkTarget(
        String folder,
        ChunkPlan plan,
        long prompts,
        String fingerprint,
        StructType schema,
        Map<String, String> footer,
        LeaseTicket lease,
        SerializableConfiguration hadoop)
        implements Serializable {

    /** The target of a run. */
    public static ChunkTarget of(
            OutputFiles files, RunPlan plan, StructType schema, LeaseTicket lease, SerializableConfiguration hadoop) {
        return new ChunkTarget(
                files.folder().toString(),
                plan.chunkPlan(),
                plan.rows(),
                plan.fingerprint(),
                schema,
                footer(plan),
                lease,
                hadoop);
    }

    /** What the footer of each file tells of its run. */
    public static Map<String, String> footer(RunPlan plan) {
        return Map.of(
                "promptmill.version", plan.promptmill(),
                "promptmill.model", plan.model(),
                "promptmill.model.digest", plan.modelDigest(),
                "promptmill.settings", Json.write(plan.settings()));
    }

    /** The folder, opened anew. */
    public OutputFiles files() throws IOException {
        return new OutputFiles(folder, hadoop.value());
    }

    /**
     * Whether a chunk has a file even where it has no prompt. Of a run without any prompt the first one has: who reads the
     * folder finds the schema there.
     */
    public boolean isAlwaysWritten(int chunk) {
        return chunk == 0 && prompts == 0;
    }

    /** The record of one of these chunks once its rows are in its file. */
    ChunkRecord record(int chunk, ChunkCounts counts, DigestedFile written) {
        return new ChunkRecord(fingerprint, chunk, counts, written.bytes(), written.sha256());
    }
}
