package io.promptmill.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;

/**
 * What a run is about to do: the content of {@code _promptmill/plan.json}, written before the first row.
 *
 * @param fingerprint digest of all that can change the output, {@link #fingerprintOf}
 * @param chunks number of chunks
 * @param promptmill version of the code
 * @param model where the model came from
 * @param modelDigest digest of the checkpoint's files that can change the output
 * @param input where the prompts came from
 * @param rows prompts of the input
 * @param slots sequences in flight in one task
 * @param driverCpu {@link io.promptmill.spark.CpuCapability} of the driver's machine, for information: rows are made on
 *     executors
 * @param settings the resolved settings by option name
 * @param outputSchema the rows' schema as Spark's JSON
 */
@JsonPropertyOrder({
    "fingerprint",
    "promptmill",
    "model",
    "modelDigest",
    "input",
    "rows",
    "chunks",
    "slots",
    "driverCpu",
    "settings",
    "outputSchema"
})
record RunPlan(
        @JsonProperty("fingerprint") String fingerprint,
        @JsonProperty("promptmill") String promptmill,
        @JsonProperty("model") String model,
        @JsonProperty("modelDigest") String modelDigest,
        @JsonProperty("input") String input,
        @JsonProperty("rows") long rows,
        @JsonProperty("chunks") int chunks,
        @JsonProperty("slots") int slots,
        @JsonProperty("driverCpu") String driverCpu,
        @JsonProperty("settings") Map<String, Object> settings,
        @JsonProperty("outputSchema") String outputSchema) {
    static final String FILE = OutputFiles.METADATA_FOLDER + "/plan.json";

    /**
     * SHA-256 over the parts of a plan that can change the output. The input's place, the slots and the driver's CPU are not
     * among them:
     * the same prompts give the same rows from anywhere, in any batch.
     */
    static String fingerprintOf(
            String promptmill, String modelDigest, int chunks, Map<String, Object> settings, String outputSchema) {
        return Sha256.ofText(Json.write(Map.of(
                "promptmill", promptmill,
                "modelDigest", modelDigest,
                "chunks", chunks,
                "settings", settings,
                "outputSchema", outputSchema)));
    }
}
