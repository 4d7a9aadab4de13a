package io.promptmill.jobs.output;

import io.promptmill.generation.GenerationStats;
import java.io.Serializable;
import java.util.List;

/**
 * One chunk that is done; all that the driver knows of it.
 *
 * @param chunk the chunk's number
 * @param file the written file; {@link WrittenFile#NONE} for an empty chunk that has none
 * @param counts what became of its prompts
 * @param stats what the engine did; {@link GenerationStats#NONE} where an earlier run did it
 * @param executor where the task ran; null where an earlier run did it
 * @param work when and where it was computed; null where this driver did not see it
 * @param samples the first ids of the chunk with their text, for the eye
 */
public record ChunkReport(
        int chunk,
        WrittenFile file,
        ChunkCounts counts,
        GenerationStats stats,
        ExecutorState executor,
        ChunkWork work,
        List<Sample> samples)
        implements Serializable {

    /** That of a file which an earlier run has written. */
    public static ChunkReport ofEarlierRun(int chunk, WrittenFile file, ChunkCounts counts) {
        return new ChunkReport(chunk, file, counts, GenerationStats.NONE, null, null, List.of());
    }

    /**
     * A chunk's file.
     *
     * @param name its name in the output folder; null where there is none
     * @param rows its rows
     * @param bytes its size
     * @param sha256 digest of its bytes in hexadecimal digits; null where there is none
     */
    public record WrittenFile(String name, long rows, long bytes, String sha256) implements Serializable {
        /** An empty chunk has no file, but for the first of a run without prompts. */
        public static final WrittenFile NONE = new WrittenFile(null, 0, 0, null);
    }

    /**
     * One prompt's id and text, shortened.
     *
     * @param id the canonical id
     * @param text the first of its texts
     */
    public record Sample(String id, String text) implements Serializable {}
}
