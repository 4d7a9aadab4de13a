package io.promptmill.jobs.output;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.spark.rows.ProblemCount;
import io.promptmill.spark.rows.SequenceCounts;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a finished run wrote: the content of {@code _promptmill/manifest.json}. What it does not name is not part of the
 * output.
 *
 * @param fingerprint that of the {@link RunPlan}
 * @param ok prompts that were continued
 * @param rejected prompts whose row cannot be accepted
 * @param failed prompts that went wrong for no fault of their row
 * @param problems the rejected and failed ones by code; empty in manifests of before there were these counts
 * @param sequences those of the ok ones; none in manifests of before there were these counts
 * @param rows output rows
 * @param generatedTokens tokens in the output
 * @param modelLoads models loaded by each executor of the driver that finished the run
 * @param cpuCapabilities {@link io.promptmill.model.CpuCapability} of each of these executors' machines
 * @param engine what their engines did together; chunks of an earlier, interrupted driver are not in it
 * @param chunks one entry per chunk, empty ones included
 */
@JsonPropertyOrder({
    "fingerprint",
    "ok",
    "rejected",
    "failed",
    "problems",
    "sequences",
    "rows",
    "generatedTokens",
    "modelLoads",
    "cpuCapabilities",
    "engine",
    "chunks"
})
public record Manifest(
        @JsonProperty("fingerprint") String fingerprint,
        @JsonProperty("ok") long ok,
        @JsonProperty("rejected") long rejected,
        @JsonProperty("failed") long failed,
        @JsonProperty("problems") List<ProblemCount> problems,
        @JsonProperty("sequences") SequenceCounts sequences,
        @JsonProperty("rows") long rows,
        @JsonProperty("generatedTokens") long generatedTokens,
        @JsonProperty("modelLoads") Map<String, Long> modelLoads,
        @JsonProperty("cpuCapabilities") Map<String, String> cpuCapabilities,
        @JsonProperty("engine") GenerationStats engine,
        @JsonProperty("chunks") List<Chunk> chunks) {
    /** The first run's file. */
    public static final String FILE = file(0);

    public Manifest {
        Objects.requireNonNull(fingerprint, "fingerprint");
        problems = problems == null ? List.of() : List.copyOf(problems);
        sequences = Objects.requireNonNullElse(sequences, SequenceCounts.NONE);
        modelLoads = Collections.unmodifiableMap(new TreeMap<>(modelLoads));
        cpuCapabilities = Collections.unmodifiableMap(new TreeMap<>(cpuCapabilities));
        Objects.requireNonNull(engine, "engine");
        chunks = List.copyOf(chunks);
    }

    /** The file of a generation's manifest. */
    public static String file(int generation) {
        return OutputFiles.METADATA_FOLDER + "/manifest" + ChunkPlan.suffix(generation) + ".json";
    }

    /** Reads a manifest from any bytes: a whole one, or an {@link IOException}. */
    public static Manifest parse(byte[] json) throws IOException {
        return Json.read(json, Manifest.class);
    }

    /**
     * One chunk.
     *
     * @param chunk its number
     * @param file its file's name; null when it is empty, but for the first chunk of a run without prompts
     * @param prompts prompts of the input
     * @param rows rows of the file
     * @param generatedTokens tokens in those rows
     * @param bytes size of the file
     * @param sha256 digest of the file in hexadecimal digits; null when there is none
     */
    @JsonPropertyOrder({"chunk", "file", "prompts", "rows", "generatedTokens", "bytes", "sha256"})
    public record Chunk(
            @JsonProperty("chunk") int chunk,
            @JsonProperty("file") String file,
            @JsonProperty("prompts") long prompts,
            @JsonProperty("rows") long rows,
            @JsonProperty("generatedTokens") long generatedTokens,
            @JsonProperty("bytes") long bytes,
            @JsonProperty("sha256") String sha256) {
        static Chunk of(ChunkReport report) {
            return new Chunk(
                    report.chunk(),
                    report.file().name(),
                    report.counts().prompts(),
                    report.file().rows(),
                    report.counts().generatedTokens(),
                    report.file().bytes(),
                    report.file().sha256());
        }
    }

    /** That of a run whose chunks are all done. */
    public static Manifest of(String fingerprint, List<ChunkReport> reports) {
        Map<String, Long> loads = new TreeMap<>();
        Map<String, String> capabilities = new TreeMap<>();
        for (ChunkReport report : reports) {
            ExecutorState executor = report.executor();
            if (executor != null) {
                loads.merge(executor.id(), executor.modelLoads(), Math::max);
                capabilities.put(executor.id(), executor.cpuCapability());
            }
        }
        GenerationStats engine =
                reports.stream().map(ChunkReport::stats).reduce(GenerationStats.NONE, GenerationStats::plus);
        ChunkCounts counts = ChunkCounts.sum(reports);
        return new Manifest(
                fingerprint,
                counts.ok(),
                counts.rejected(),
                counts.failed(),
                counts.problems(),
                counts.sequences(),
                reports.stream().mapToLong(report -> report.file().rows()).sum(),
                counts.generatedTokens(),
                loads,
                capabilities,
                engine,
                reports.stream().map(Chunk::of).toList());
    }

    /** Prompts that have an outcome. */
    public long prompts() {
        return ok + rejected + failed;
    }

    /** What the user should know when executors ran on machines of several kinds. */
    public Optional<String> warning() {
        if (Set.copyOf(cpuCapabilities.values()).size() < 2) {
            return Optional.empty();
        }
        return Optional.of("executors ran on CPUs of different capability ("
                + cpuCapabilities.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "))
                + "): another run may give other texts where chunks change machines, set ATEN_CPU_CAPABILITY to the"
                + " least of them on all executors");
    }
}
