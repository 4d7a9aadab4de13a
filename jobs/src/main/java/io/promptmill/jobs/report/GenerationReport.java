package io.promptmill.jobs.report;

import io.promptmill.jobs.drawing.Histogram;
import io.promptmill.jobs.drawing.Shares;
import io.promptmill.jobs.drawing.Shares.Part;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.markup.Xml;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.output.SampleRow;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.spark.rows.ProblemCount;
import io.promptmill.spark.rows.SequenceCounts;
import io.promptmill.spark.rows.TokenLengths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The page of all that lies in an output folder, whichever drivers have computed it. Stateless. */
public final class GenerationReport {
    private static final String TEMPLATE = "generated.html";

    /** Characters of a prompt or a text on a line. */
    private static final int LINE = 280;

    // As drawings number their colours.
    private static final int BLUE = 0;
    private static final int ORANGE = 1;
    private static final int GREEN = 2;
    private static final int VIOLET = 3;

    private GenerationReport() {}

    /**
     * The whole page.
     *
     * @param output whose runs are finished
     * @param samples some of its rows
     */
    public static byte[] of(StoredOutput output, List<SampleRow> samples) {
        List<Manifest> manifests = output.generations().stream()
                .flatMap(generation -> generation.manifest().stream())
                .toList();
        GenerationWork work = GenerationWork.of(output);
        GenerationTables tables = new GenerationTables(output, work);
        SequenceCounts sequences =
                manifests.stream().map(Manifest::sequences).reduce(SequenceCounts.NONE, SequenceCounts::plus);
        RunPlan plan = output.plan();
        String title = "Texts of "
                + new ModelReference(plan.model(), plan.modelVersion(), plan.modelDigest()).nameAndVersion();
        Map<String, String> places = Map.ofEntries(
                Map.entry("title", Xml.text(title)),
                Map.entry("run", Xml.text(run(output, work))),
                Map.entry("figures", figures(manifests, sequences, work)),
                Map.entry("rate", work.rate().svg()),
                Map.entry("executors", work.timeline().svg()),
                Map.entry("outcomes", outcomes(manifests).svg()),
                Map.entry("endings", endings(sequences).svg()),
                Map.entry(
                        "prompt-tokens",
                        lengths("Prompts", sequences.promptTokens()).svg()),
                Map.entry(
                        "completion-tokens",
                        lengths("Sequences", sequences.completionTokens()).svg()),
                Map.entry("problems", problems(manifests)),
                Map.entry("samples", samples(samples)),
                Map.entry("runs", tables.runs().html()),
                Map.entry("places", tables.places().html()),
                Map.entry("settings", tables.settings().html()),
                Map.entry("origin", tables.origin().html()));
        return HtmlPage.of(title, TEMPLATE, places);
    }

    private static String run(StoredOutput output, GenerationWork work) {
        String folder = output.files().folder().toString();
        return work.drivers().isEmpty()
                ? folder
                : folder + " · first chunk begun "
                        + GenerationTables.time(work.drivers().get(0).begun()) + " · last one done "
                        + GenerationTables.time(work.drivers().stream()
                                .map(GenerationWork.Driver::ended)
                                .max(Comparator.naturalOrder())
                                .orElseThrow());
    }

    private static String figures(List<Manifest> manifests, SequenceCounts sequences, GenerationWork work) {
        List<List<String>> figures = new ArrayList<>();
        figures.add(List.of("Prompts", RunTables.whole(sum(manifests, Manifest::prompts))));
        figures.add(List.of("of them ok", RunTables.whole(sum(manifests, Manifest::ok))));
        figures.add(List.of("Sequences", RunTables.whole(sequences.sequences())));
        figures.add(List.of("Tokens", RunTables.whole(sum(manifests, Manifest::generatedTokens))));
        figures.add(List.of("Time at work", Figures.duration(work.seconds())));
        figures.add(List.of(
                "Tokens a second",
                work.seconds() == 0 ? "–" : RunTables.whole(Math.round(work.tokens() / work.seconds()))));
        figures.add(List.of("Executors", RunTables.whole(work.byPlace().size())));
        figures.add(List.of("Rows", RunTables.whole(sum(manifests, Manifest::rows))));
        return Figures.html(figures);
    }

    private static Shares outcomes(List<Manifest> manifests) {
        return new Shares(
                "Prompts by outcome",
                List.of(
                        new Part("ok", sum(manifests, Manifest::ok), GREEN),
                        new Part("rejected", sum(manifests, Manifest::rejected), ORANGE),
                        new Part("failed", sum(manifests, Manifest::failed), VIOLET)));
    }

    private static Shares endings(SequenceCounts sequences) {
        return new Shares(
                "Sequences by what ended them",
                List.of(
                        new Part("stop: end token", sequences.endToken(), BLUE),
                        new Part("stop: stop string", sequences.stopString(), BLUE),
                        new Part("length: limit on tokens", sequences.lengthLimit(), BLUE)));
    }

    private static Histogram lengths(String what, TokenLengths lengths) {
        long texts = lengths.texts();
        String title = texts == 0
                ? what
                : String.format(
                        Locale.ROOT,
                        "%s: %,.1f tokens on average, %,d at most",
                        what,
                        (double) lengths.tokens() / texts,
                        lengths.longest());
        return new Histogram(title, "tokens", LengthBars.of(lengths));
    }

    private static String problems(List<Manifest> manifests) {
        List<ProblemCount> problems = manifests.stream().map(Manifest::problems).reduce(List.of(), ProblemCount::sum);
        if (problems.isEmpty()) {
            return "<p class=\"note\">There are none.</p>";
        }
        return new HtmlTable(
                        List.of("Code", "Status", "Prompts", "First id", "What, why and remedy there"),
                        problems.stream()
                                .sorted(Comparator.comparingLong(ProblemCount::prompts)
                                        .reversed())
                                .map(problem -> List.of(
                                        problem.code(),
                                        problem.status(),
                                        RunTables.whole(problem.prompts()),
                                        PlainLine.of(problem.firstId(), LINE),
                                        problem.firstError().replaceFirst("^[a-z0-9_]+: ", "")))
                                .toList())
                .html();
    }

    private static String samples(List<SampleRow> samples) {
        if (samples.isEmpty()) {
            return "<p class=\"note\">There are no texts.</p>";
        }
        return samples.stream()
                .map(GenerationReport::sample)
                .collect(Collectors.joining("", "<div class=\"samples\">\n<dl class=\"rows\">\n", "</dl></div>"));
    }

    private static String sample(SampleRow row) {
        String prompt = row.prompt() == null ? "" : "<q>" + shown(row.prompt()) + "</q> ";
        return "<dt>" + shown(row.id()) + " <span>" + shown(row.finishReason()) + "</span></dt><dd dir=\"auto\">"
                + prompt + shown(row.text()) + "</dd>\n";
    }

    private static String shown(String text) {
        return Xml.text(PlainLine.of(text, LINE));
    }

    private static long sum(List<Manifest> manifests, ToLongFunction<Manifest> count) {
        return manifests.stream().mapToLong(count).sum();
    }
}
