package io.promptmill.jobs.output;

import io.promptmill.jobs.lease.LeaseFile;
import io.promptmill.jobs.lease.LeaseHolder;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Targets for chunks without a run around them. */
public final class TestTargets {
    private static final LeaseHolder HOLDER = new LeaseHolder("a test", "a host", 1, "", "");

    private TestTargets() {}

    /** A target in a folder, which gets a lease. */
    public static ChunkTarget of(Path folder, int chunks, String fingerprint, StructType schema) throws IOException {
        return of(folder.toString(), new Configuration(), chunks, fingerprint, schema);
    }

    public static ChunkTarget of(String folder, Configuration hadoop, int chunks, String fingerprint, StructType schema)
            throws IOException {
        new OutputFiles(folder, hadoop)
                .writeIfAbsent(LeaseFile.name(1), Json.write(HOLDER).getBytes(StandardCharsets.UTF_8));
        return new ChunkTarget(
                folder,
                new ChunkPlan(chunks),
                3,
                fingerprint,
                schema,
                Map.of("promptmill.model", "some model"),
                new LeaseTicket(1, HOLDER.owner()),
                new SerializableConfiguration(hadoop));
    }
}
