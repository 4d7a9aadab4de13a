package io.promptmill.jobs.output;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;

/**
 * What became of a chunk's prompts.
 *
 * @param ok prompts that were continued
 * @param rejected prompts whose row cannot be accepted
 * @param failed prompts that went wrong for no fault of their row
 * @param generatedTokens tokens in the rows
 */
@JsonPropertyOrder({"ok", "rejected", "failed", "generatedTokens"})
public record ChunkCounts(
        @JsonProperty("ok") long ok,
        @JsonProperty("rejected") long rejected,
        @JsonProperty("failed") long failed,
        @JsonProperty("generatedTokens") long generatedTokens)
        implements Serializable {
    /** Those of a chunk without prompts. */
    public static final ChunkCounts NONE = new ChunkCounts(0, 0, 0, 0);

    public ChunkCounts {
        if (ok < 0 || rejected < 0 || failed < 0 || generatedTokens < 0) {
            throw new IllegalArgumentException("counts must not be negative");
        }
    }

    /** All prompts of the chunk. */
    @JsonIgnore
    public long prompts() {
        return ok + rejected + failed;
    }

    ChunkCounts plus(ChunkCounts other) {
        return new ChunkCounts(
                ok + other.ok,
                rejected + other.rejected,
                failed + other.failed,
                generatedTokens + other.generatedTokens);
    }
}
