package io.promptmill.jobs.output;

import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.table.TableState;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** Plans of runs that never were. */
public final class TestPlans {
    private TestPlans() {}

    /** A plan with that many chunks. */
    public static RunPlan plan(int chunks) {
        return plan(chunks, Map.of("seed", 0));
    }

    public static RunPlan plan(int chunks, Map<String, Object> settings) {
        return plan(chunks, settings, "d", "none");
    }

    /** A plan for a model of that digest, over one file whose footer has that digest. */
    public static RunPlan plan(int chunks, Map<String, Object> settings, String modelDigest, String footerDigest) {
        return plan(chunks, settings, modelDigest, file(footerDigest), null);
    }

    /** A plan over that file. */
    public static RunPlan plan(InputFile file, Map<String, Object> settings) {
        return plan(2, settings, "d", file, null);
    }

    /** A plan over a table, too. */
    public static RunPlan plan(TableState table, Map<String, Object> settings) {
        return plan(2, settings, "d", file("none"), table);
    }

    private static InputFile file(String footerDigest) {
        return InputFile.parquet("file:/in/a.parquet", 12, "2026-02-28T00:00:00Z", footerDigest);
    }

    /** A plan for rows of that schema. */
    public static RunPlan plan(int chunks, Map<String, Object> settings, StructType schema) {
        return plan(chunks, settings, "d", file("none"), null, schema.json());
    }

    /** {@link ChunkPlan#rowsOf} of a plan, for a column {@code id}. */
    public static String rowsOf(RunPlan plan, int chunk) {
        return plan.chunkPlan().rowsOf(List.of(chunk), "id");
    }

    /** The name of a chunk's file. */
    public static String fileName(RunPlan plan, int chunk) {
        return plan.chunkPlan().fileName(chunk);
    }

    private static RunPlan plan(
            int chunks, Map<String, Object> settings, String modelDigest, InputFile file, TableState table) {
        return plan(
                chunks,
                settings,
                modelDigest,
                file,
                table,
                "{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"nullable\":true,"
                        + "\"metadata\":{}}]}");
    }

    private static RunPlan plan(
            int chunks,
            Map<String, Object> settings,
            String modelDigest,
            InputFile file,
            TableState table,
            String schema) {
        return new RunPlan(
                        "",
                        0,
                        "",
                        "0.1",
                        "m",
                        "m",
                        null,
                        modelDigest,
                        "t",
                        "in",
                        List.of(file),
                        table,
                        3,
                        chunks,
                        64,
                        "AVX2",
                        settings,
                        schema)
                .signed();
    }
}
