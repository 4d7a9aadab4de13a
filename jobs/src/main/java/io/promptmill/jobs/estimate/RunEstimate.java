package io.promptmill.jobs.estimate;

import io.promptmill.Amount;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.progress.ProgressDisplay;
import io.promptmill.jobs.progress.Summary;
import io.promptmill.jobs.store.Json;
import io.promptmill.spark.rows.ProblemCount;
import java.util.List;
import java.util.Locale;

/**
 * What a run would take. Immutable.
 *
 * @param prompts to be computed
 * @param chunks that they are in
 * @param there what an earlier run has left that would stay
 * @param ok prompts that would be continued
 * @param rejected prompts that would be rejected
 * @param problems the rejected ones by code
 * @param promptTokens of the prompts that would be continued, prefix included
 * @param newTokens of their sequences
 * @param output the files
 * @param cluster what would compute it
 * @param seconds how long it would take
 * @param sample what was generated to learn that
 */
public record RunEstimate(
        long prompts,
        int chunks,
        There there,
        long ok,
        long rejected,
        List<ProblemCount> problems,
        long promptTokens,
        NewTokens newTokens,
        Output output,
        Cluster cluster,
        Seconds seconds,
        Sample sample) {

    /**
     * Chunks that are there.
     *
     * @param chunks how many
     * @param prompts that are in them
     */
    public record There(int chunks, long prompts) {
        static There of(List<ChunkReport> done) {
            return new There(done.size(), ChunkCounts.sum(done).prompts());
        }
    }

    /**
     * New tokens of all sequences.
     *
     * @param least where each ends as soon as the settings let it
     * @param likely where they get as long as those of the sample
     * @param most where none ends early
     */
    public record NewTokens(long least, long likely, long most) {}

    /**
     * Files to be written.
     *
     * @param files how many at most
     * @param rows in them
     * @param bytes about that many; 0 where no prompt would be continued that could tell
     */
    public record Output(long files, long rows, long bytes) {}

    /**
     * Wall-clock time from when Spark is there.
     *
     * @param preparing reading, checking, compiling and shipping the model, as measured
     * @param loading the model in the executors, as measured
     * @param reading bringing the prompts to their chunks, as measured without a shuffle
     * @param generating the chunks, as simulated
     * @param total all of these
     * @param most the total where no sequence ends early
     */
    public record Seconds(
            double preparing, double loading, double reading, double generating, double total, double most) {
        static final Seconds NONE = new Seconds(0, 0, 0, 0, 0, 0);
    }

    /**
     * What was generated and thrown away.
     *
     * @param prompts in all tasks together
     * @param newTokens of them
     * @param seconds that it took
     */
    public record Sample(long prompts, long newTokens, double seconds) {}

    /** Where nothing is left to do. */
    static RunEstimate ofNothing(List<ChunkReport> done, Cluster cluster) {
        return new RunEstimate(
                0,
                0,
                There.of(done),
                0,
                0,
                List.of(),
                0,
                new NewTokens(0, 0, 0),
                new Output(done.isEmpty() ? 1 : 0, 0, 0), // a run without prompts writes a file with its columns
                cluster,
                Seconds.NONE,
                new Sample(0, 0, 0));
    }

    /** As JSON on one line. */
    public String json() {
        return Json.writeCompact(this);
    }

    /** As lines for the eye. */
    public String table() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "",
                "%s in %s to compute: %,d ok, %,d rejected",
                Amount.of(prompts, "prompt"),
                Amount.of(chunks, "chunk"),
                ok,
                rejected);
        text.append(Summary.problems(problems));
        if (there.chunks() > 0) {
            line(
                    text,
                    "there already",
                    "%s with %s",
                    Amount.of(there.chunks(), "chunk"),
                    Amount.of(there.prompts(), "prompt"));
        }
        line(text, "prompt tokens", "%,d", promptTokens);
        line(text, "new tokens", "%s", told(newTokens));
        line(
                text,
                "output",
                "%s in %s%s",
                Amount.of(output.rows(), "row"),
                Amount.of(output.files(), "file"),
                output.bytes() == 0 ? "" : ", about " + bytes(output.bytes()));
        line(text, "time", "%s", told(seconds));
        line(
                text,
                "on",
                "%s, %s at a time%s",
                Amount.of(cluster.executors(), "executor"),
                Amount.of(cluster.tasks(), "task"),
                cluster.dynamicAllocation() ? ", as long as dynamic allocation leaves it at that" : "");
        line(
                text,
                "learnt from",
                "%s%s with %s in %s",
                Amount.of(sample.prompts(), "prompt"),
                sample.prompts() > ok ? ", some of them several times," : "",
                Amount.of(sample.newTokens(), "new token"),
                ProgressDisplay.duration(sample.seconds()));
        line(text, "", "nothing was written");
        return text.toString();
    }

    private static String told(NewTokens tokens) {
        return tokens.least() == tokens.most()
                ? String.format(Locale.ROOT, "%,d", tokens.most())
                : String.format(
                        Locale.ROOT, "about %,d, from %,d to %,d", tokens.likely(), tokens.least(), tokens.most());
    }

    private static String told(Seconds seconds) {
        return String.format(
                Locale.ROOT,
                "about %s: %s until the model is shipped, %s loading it, %s reading, %s generating%s",
                ProgressDisplay.duration(seconds.total()),
                ProgressDisplay.duration(seconds.preparing()),
                ProgressDisplay.duration(seconds.loading()),
                ProgressDisplay.duration(seconds.reading()),
                ProgressDisplay.duration(seconds.generating()),
                seconds.most() > seconds.total() ? "; at most about " + ProgressDisplay.duration(seconds.most()) : "");
    }

    private static String bytes(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%,.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    private static void line(StringBuilder text, String title, String format, Object... values) {
        text.append(title.isEmpty() ? "" : String.format(Locale.ROOT, "%-15s", title))
                .append(String.format(Locale.ROOT, format, values))
                .append(System.lineSeparator());
    }
}
