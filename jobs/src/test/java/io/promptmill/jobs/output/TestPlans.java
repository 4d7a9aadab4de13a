package io.promptmill.jobs.output;

import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.table.TableState;
import java.util.List;
import java.util.Map;

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

    private static RunPlan plan(
            int chunks, Map<String, Object> settings, String modelDigest, InputFile file, TableState table) {
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
                        "{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"nullable\":true,"
                                + "\"metadata\":{}}]}")
                .signed();
    }
}
