package io.promptmill.jobs.output;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * What a chunk's file says of itself in its Parquet footer, so that a later driver knows the chunk without the earlier
 * one's memory. Nothing in it depends on where or when the chunk was made.
 *
 * @param fingerprint that of the {@link RunPlan} it belongs to
 * @param chunk its number
 * @param counts what became of its prompts
 * @param dataBytes size of the file up to the end of its rows; indexes and footer follow
 * @param dataSha256 digest of those bytes in hexadecimal digits
 */
@JsonPropertyOrder({"fingerprint", "chunk", "counts", "dataBytes", "dataSha256"})
public record ChunkRecord(
        @JsonProperty("fingerprint") String fingerprint,
        @JsonProperty("chunk") int chunk,
        @JsonProperty("counts") ChunkCounts counts,
        @JsonProperty("dataBytes") long dataBytes,
        @JsonProperty("dataSha256") String dataSha256) {
    /** Its key in the footer. */
    static final String KEY = "promptmill.chunk";

    public ChunkRecord {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(counts, "counts");
        Objects.requireNonNull(dataSha256, "dataSha256");
    }
}
