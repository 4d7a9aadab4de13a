package io.promptmill.jobs.output;

import io.promptmill.Sha256;
import io.promptmill.spark.rows.PromptColumns;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How prompts are cut into chunks: a prompt's chunk is the digest of its canonical id modulo the number of chunks, so
 * it depends on nothing else, neither on other rows nor on the version of Spark.
 *
 * @param chunks how many, 1 to {@link #MAX_CHUNKS}
 * @param generation 0 for a folder's first run, and one more for each time that new prompts were appended, up to
 *     {@link #MAX_GENERATION}
 */
public record ChunkPlan(int chunks, int generation) implements Serializable {
    /** More would make the manifest and the driver's task lists unwieldy. */
    public static final int MAX_CHUNKS = 100_000;

    /** Sequences a chunk should hold for each slot: the slots run empty only at a chunk's end. */
    static final int SEQUENCES_PER_SLOT = 20;

    /** Below that, what is lost at a chunk's end outweighs what more chunks gain. */
    static final int LEAST_SEQUENCES_PER_SLOT = 2;

    /** What one chunk should take a core. */
    static final int CHUNK_SECONDS = 300;

    /** As many as a file name has room for. */
    static final int MAX_GENERATION = 9999;

    private static final int NUMBER_AT = "chunk-".length();
    private static final int NUMBER_DIGITS = 5;
    private static final Pattern FILE_NAME = Pattern.compile("chunk-\\d{5}-of-\\d{5,6}(-g\\d{4})?\\.parquet");

    public ChunkPlan {
        if (chunks < 1 || chunks > MAX_CHUNKS) {
            throw new IllegalArgumentException("chunks must be 1 to " + MAX_CHUNKS + " but was " + chunks);
        }
        if (generation < 0 || generation > MAX_GENERATION) {
            throw new IllegalArgumentException("generation must be 0 to " + MAX_GENERATION + " but was " + generation);
        }
    }

    /** The plan of a first run. */
    public ChunkPlan(int chunks) {
        this(chunks, 0);
    }

    /**
     * The plan of {@code --chunks auto}: the largest of three numbers of chunks, where those behind the first are no larger
     * than lets a chunk fill its slots {@value #LEAST_SEQUENCES_PER_SLOT} times.
     *
     * <ul>
     *   <li>{@code sequences / (20 × slots)}, which keep the slots busy;
     *   <li>as many as make a chunk about {@value #CHUNK_SECONDS} seconds of work: less is lost where an executor is, and
     *       progress and resumes have smaller steps;
     *   <li>{@code 4 × cores}, so that late tasks even out.
     * </ul>
     *
     * Between one and four chunks a core it is rounded down to a multiple of the cores, so that the last wave of tasks
     * leaves none idle. Where it is less than one a core, each core gets one, but there are no more chunks than rows: a
     * core with half its slots busy beats an idle one.
     *
     * @param rows prompts of the input
     * @param sequencesPerRow sequences a prompt asks for when its row says nothing
     * @param slots sequences in flight in one task
     * @param cores tasks that run at the same time
     * @param secondsPerSequence expected of a core; 0 where that is not known
     */
    public static ChunkPlan auto(long rows, int sequencesPerRow, int slots, int cores, double secondsPerSequence) {
        long sequences = rows * sequencesPerRow;
        long busy = sequences / ((long) SEQUENCES_PER_SLOT * slots);
        long timely = (long) (sequences * secondsPerSequence / CHUNK_SECONDS);
        long filling = sequences / ((long) LEAST_SEQUENCES_PER_SLOT * slots);
        long wanted = Math.max(busy, Math.min(Math.max(timely, 4L * cores), Math.min(filling, rows)));
        long chunks;
        if (wanted >= 4L * cores) {
            chunks = wanted;
        } else if (wanted >= cores) {
            chunks = wanted - wanted % cores;
        } else {
            chunks = Math.min(cores, rows);
        }
        return new ChunkPlan((int) Math.max(1, Math.min(chunks, MAX_CHUNKS)));
    }

    /** The chunk of a prompt, from its id's canonical text: the first 8 bytes of SHA-256, unsigned, modulo chunks. */
    public int chunkOf(String canonicalId) {
        byte[] digest = Sha256.newDigest().digest(canonicalId.getBytes(StandardCharsets.UTF_8));
        return (int) Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), chunks);
    }

    /** {@link #chunkOf} in Spark's SQL: true for the input rows of these chunks. */
    public String rowsOf(List<Integer> chunkNumbers, String idColumn) {
        return "cast(conv(left(sha2(string(" + PromptColumns.quoted(idColumn)
                + "), 256), 16), 16, 10) as decimal(20)) % "
                + chunks + " in ("
                + chunkNumbers.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")";
    }

    /**
     * The name of a chunk's file, e.g. {@code chunk-00017-of-00256.parquet}, and {@code chunk-00017-of-00256-g0001.parquet}
     * in the first generation of appended prompts.
     */
    public String fileName(int chunk) {
        return String.format(Locale.ROOT, "chunk-%05d-of-%05d%s.parquet", chunk, chunks, suffix(generation));
    }

    /** What tells a generation's files apart; empty for the first. */
    static String suffix(int generation) {
        return generation == 0 ? "" : String.format(Locale.ROOT, "-g%04d", generation);
    }

    /** The chunk whose file has that name, or empty. */
    public OptionalInt chunkIn(String fileName) {
        if (!isFileName(fileName)) {
            return OptionalInt.empty();
        }
        int chunk = Integer.parseInt(fileName.substring(NUMBER_AT, NUMBER_AT + NUMBER_DIGITS));
        return chunk < chunks && fileName(chunk).equals(fileName) ? OptionalInt.of(chunk) : OptionalInt.empty();
    }

    /** Whether a file name is one that some plan gives. */
    public static boolean isFileName(String name) {
        return FILE_NAME.matcher(name).matches();
    }
}
