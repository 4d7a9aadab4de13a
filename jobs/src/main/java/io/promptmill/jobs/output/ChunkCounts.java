package io.promptmill.jobs.output;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.spark.rows.ProblemCount;
import io.promptmill.spark.rows.SequenceCounts;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What became of a chunk's prompts.
 *
 * @param ok prompts that were continued
 * @param rejected prompts whose row cannot be accepted
 * @param failed prompts that went wrong for no fault of their row
 * @param generatedTokens tokens in the rows
 * @param problems the rejected and failed ones by code; empty in files of before there were these counts
 * @param sequences those of the ok ones; none in files of before there were these counts
 */
@JsonPropertyOrder({"ok", "rejected", "failed", "generatedTokens", "problems", "sequences"})
public record ChunkCounts(
        @JsonProperty("ok") long ok,
        @JsonProperty("rejected") long rejected,
        @JsonProperty("failed") long failed,
        @JsonProperty("generatedTokens") long generatedTokens,
        @JsonProperty("problems") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ProblemCount> problems,
        @JsonProperty("sequences") SequenceCounts sequences)
        implements Serializable {
    /** Those of a chunk without prompts. */
    public static final ChunkCounts NONE = new ChunkCounts(0, 0, 0, 0);

    @JsonCreator
    public ChunkCounts {
        if (ok < 0 || rejected < 0 || failed < 0 || generatedTokens < 0) {
            throw new IllegalArgumentException("counts must not be negative");
        }
        problems = problems == null ? List.of() : List.copyOf(problems);
        sequences = Objects.requireNonNullElse(sequences, SequenceCounts.NONE);
    }

    /** Those that do not tell the problems and the sequences. */
    public ChunkCounts(long ok, long rejected, long failed, long generatedTokens) {
        this(ok, rejected, failed, generatedTokens, List.of(), SequenceCounts.NONE);
    }

    /** All prompts of the chunk. */
    @JsonIgnore
    public long prompts() {
        return ok + rejected + failed;
    }

    /** Those of all these chunks together. */
    public static ChunkCounts sum(List<ChunkReport> reports) {
        return reports.stream().map(ChunkReport::counts).reduce(NONE, ChunkCounts::plus);
    }

    private ChunkCounts plus(ChunkCounts other) {
        return new ChunkCounts(
                ok + other.ok,
                rejected + other.rejected,
                failed + other.failed,
                generatedTokens + other.generatedTokens,
                ProblemCount.sum(problems, other.problems),
                sequences.plus(other.sequences));
    }
}
