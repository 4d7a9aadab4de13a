package io.promptmill.jobs.output;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.jobs.output.ChunkWork.Place;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When and where the chunks of a run were computed, by all its drivers: the content of {@code _promptmill/work.json}. It is
 * for people; nothing rests on it, and a driver that was killed may have left out its last minute. Immutable.
 *
 * @param fingerprint that of the {@link RunPlan}
 * @param workers the executors, with what each has done
 */
@JsonPropertyOrder({"fingerprint", "workers"})
public record RunWork(@JsonProperty("fingerprint") String fingerprint, @JsonProperty("workers") List<Worker> workers) {
    public RunWork {
        Objects.requireNonNull(fingerprint, "fingerprint");
        workers = List.copyOf(workers);
    }

    /** The file of a generation. */
    static String file(int generation) {
        return OutputFiles.METADATA_FOLDER + "/work" + ChunkPlan.suffix(generation) + ".json";
    }

    /** Of these chunks. */
    static RunWork of(String fingerprint, SortedMap<Integer, ChunkWork> chunks) {
        Map<Place, List<Share>> shares = new LinkedHashMap<>();
        chunks.forEach((chunk, work) -> shares.computeIfAbsent(work.place(), place -> new ArrayList<>())
                .add(new Share(chunk, work.begun().toString(), work.ended().toString())));
        return new RunWork(
                fingerprint,
                shares.entrySet().stream()
                        .map(entry -> Worker.of(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** Reads it from any bytes, or gives an {@link IOException}. */
    static RunWork parse(byte[] json) throws IOException {
        return Json.read(json, RunWork.class);
    }

    /** By chunk. */
    public SortedMap<Integer, ChunkWork> byChunk() {
        SortedMap<Integer, ChunkWork> chunks = new TreeMap<>();
        for (Worker worker : workers) {
            worker.chunks.forEach(share -> chunks.put(
                    share.chunk,
                    new ChunkWork(worker.place(), Instant.parse(share.begun), Instant.parse(share.ended))));
        }
        return chunks;
    }

    /**
     * An executor with its chunks.
     *
     * @param application as in {@link Place}, and so the others
     * @param chunks in their order
     */
    @JsonPropertyOrder({"application", "executor", "host", "cpuCapability", "chunks"})
    record Worker(
            @JsonProperty("application") String application,
            @JsonProperty("executor") String executor,
            @JsonProperty("host") String host,
            @JsonProperty("cpuCapability") String cpuCapability,
            @JsonProperty("chunks") List<Share> chunks) {
        Worker {
            var unused = new Place(application, executor, host, cpuCapability); // checks that all is there
            chunks = List.copyOf(chunks);
        }

        static Worker of(Place place, List<Share> chunks) {
            return new Worker(place.application(), place.executor(), place.host(), place.cpuCapability(), chunks);
        }

        Place place() {
            return new Place(application, executor, host, cpuCapability);
        }
    }

    /**
     * A chunk.
     *
     * @param chunk its number
     * @param begun ISO 8601
     * @param ended ISO 8601
     */
    @JsonPropertyOrder({"chunk", "begun", "ended"})
    record Share(
            @JsonProperty("chunk") int chunk,
            @JsonProperty("begun") String begun,
            @JsonProperty("ended") String ended) {
        Share {
            Objects.requireNonNull(Instant.parse(begun));
            Objects.requireNonNull(Instant.parse(ended));
        }
    }
}
