package io.promptmill.jobs.progress;

import io.promptmill.Amount;
import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkReport.Sample;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.spark.rows.ProblemCount;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The closing words of a run. */
public final class Summary {
    private static final int ID_CHARACTERS = 100;

    private Summary() {}

    /**
     * The lines, ready to print.
     *
     * @param folder where the files are
     * @param seconds how long the generation took, wall clock
     */
    public static String of(Manifest manifest, List<ChunkReport> reports, String folder, double seconds) {
        GenerationStats stats = manifest.engine();
        StringBuilder text = new StringBuilder();
        line(text, "%s", outcomes(manifest));
        text.append(problems(manifest.problems()));
        long earlier =
                reports.stream().filter(report -> report.executor() == null).count();
        if (earlier > 0) {
            line(text, "%,d of %s were there already", earlier, Amount.of(reports.size(), "chunk"));
        }
        line(
                text,
                "%s in %s, %,.0f tokens/s",
                Amount.of(stats.generatedTokens(), "token"),
                ProgressDisplay.duration(seconds),
                stats.generatedTokens() / Math.max(seconds, 1e-9));
        line(
                text,
                "slots in use %.1f %%%s, padding %.1f %%%s",
                100 * stats.slotUse(),
                neverFilled(stats) ? " (a task has more slots than sequences)" : "",
                100 * stats.paddingShare(),
                halvings(stats));
        line(text, "model loads by executor: %s", loads(manifest));
        line(
                text,
                "%s in %s: %s",
                Amount.of(manifest.rows(), "row"),
                Amount.of(
                        reports.stream()
                                .filter(report -> report.file().name() != null)
                                .count(),
                        "file"),
                folder);
        for (Sample sample : samples(reports)) {
            line(text, "  %s: %s", sample.id(), sample.text());
        }
        return text.toString();
    }

    // No slot was given to a second sequence; where all end together, the slots were full half of the time at least.
    private static boolean neverFilled(GenerationStats stats) {
        return stats.steps() > 0 && stats.refills() == 0 && stats.slotUse() < 0.5;
    }

    private static String halvings(GenerationStats stats) {
        return stats.halvings() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", halved %s for lack of native memory: fewer --slots or more"
                                + " spark.executor.memoryOverhead is faster",
                        Amount.of(stats.halvings(), "time"));
    }

    /** How the prompts of a run ended. */
    public static String outcomes(Manifest manifest) {
        return outcomes(manifest.prompts(), manifest.ok(), manifest.rejected(), manifest.failed());
    }

    /** How the prompts of finished chunks ended. */
    public static String outcomes(ChunkCounts counts) {
        return outcomes(counts.prompts(), counts.ok(), counts.rejected(), counts.failed());
    }

    private static String outcomes(long prompts, long ok, long rejected, long failed) {
        return String.format(
                Locale.ROOT,
                "%s: %,d ok, %,d rejected, %,d failed",
                Amount.of(prompts, "prompt"),
                ok,
                rejected,
                failed);
    }

    /** A line for each reason for which prompts are rejected or failed, the most frequent first; empty without any. */
    public static String problems(List<ProblemCount> problems) {
        StringBuilder text = new StringBuilder();
        problems.stream()
                .sorted(Comparator.comparingLong(ProblemCount::prompts).reversed())
                .forEach(problem -> line(
                        text,
                        "  %,d %s, the first is %s: %s",
                        problem.prompts(),
                        problem.status(),
                        PlainLine.of(problem.firstId(), ID_CHARACTERS),
                        PlainLine.of(problem.firstError())));
        return text.toString();
    }

    private static String loads(Manifest manifest) {
        return manifest.modelLoads().isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        manifest.modelLoads().entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .toList());
    }

    private static List<Sample> samples(List<ChunkReport> reports) {
        List<Sample> samples = reports.stream()
                .flatMap(report -> report.samples().stream())
                .sorted(Comparator.comparing(Sample::id))
                .toList();
        Map<String, Sample> firsts = new LinkedHashMap<>();
        samples.forEach(sample -> firsts.putIfAbsent(sample.id(), sample));
        return firsts.size() == 1
                ? samples
                : firsts.values().stream().limit(SampleLines.PROMPTS).toList();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
