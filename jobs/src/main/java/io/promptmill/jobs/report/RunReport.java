package io.promptmill.jobs.report;

import io.promptmill.jobs.counts.CountsTable;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.markup.Xml;
import io.promptmill.jobs.tracking.Losses;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Sample;
import io.promptmill.jobs.tracking.Totals;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page of a run. It asks for nothing from elsewhere, and can be read without its script, which only tells values under
 * the pointer. It is well-formed XML. Stateless.
 */
public final class RunReport {
    /** What the page is called in a folder. */
    public static final String FILE = "report.html";

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

    /** Characters of a sample on a line. */
    private static final int LINE = 280;

    private RunReport() {}

    /** The whole page. */
    public static byte[] of(RunStory story) {
        RunRecord run = story.run();
        Map<String, String> places = Map.ofEntries(
                Map.entry("title", Xml.text(run.model() + " · run " + run.id())),
                Map.entry("model", Xml.text(run.model())),
                Map.entry("run", Xml.text("Run " + run.id() + " · " + run.status() + " · begun " + run.started())),
                Map.entry("figures", figures(run.totals(), run.losses())),
                Map.entry("loss", RunCurves.loss(story.metrics()).svg()),
                Map.entry(
                        "learning-rate", RunCurves.learningRate(story.metrics()).svg()),
                Map.entry(
                        "gradient-norm", RunCurves.gradientNorm(story.metrics()).svg()),
                Map.entry("rate", RunCurves.rate(story.metrics()).svg()),
                Map.entry("samples", samples(story.samples())),
                Map.entry("data", data(story)),
                Map.entry("lineage", LineageChart.of(story.lineage()).svg()),
                Map.entry("parameters", new HtmlTable(List.of(), RunTables.parameters(run)).html()),
                Map.entry("machine", new HtmlTable(List.of(), RunTables.machine(run)).html()));
        Matcher place = PLACE.matcher(page());
        return place.replaceAll(found -> Matcher.quoteReplacement(places.get(found.group(1))))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String figures(Totals totals, Losses losses) {
        List<List<String>> figures = new ArrayList<>();
        if (losses.trainLoss() != null) {
            figures.add(List.of("Training loss", RunTables.decimal(losses.trainLoss())));
        }
        if (losses.evalLoss() != null) {
            figures.add(List.of("Held-out loss", RunTables.decimal(losses.evalLoss())));
        }
        if (losses.perplexity() != null) {
            figures.add(List.of("Perplexity", RunTables.decimal(losses.perplexity())));
        }
        if (losses.bestStep() != null) {
            figures.add(List.of("Best step", RunTables.whole(losses.bestStep())));
        }
        figures.add(List.of("Steps", RunTables.whole(totals.steps())));
        figures.add(List.of("Tokens", RunTables.whole(totals.tokens())));
        figures.add(List.of("Time", duration(totals.seconds())));
        figures.add(List.of("Tokens a second", RunTables.whole(Math.round(totals.tokensPerSecond()))));
        return figures.stream()
                .map(figure -> "<div><dt>" + figure.get(0) + "</dt><dd>" + figure.get(1) + "</dd></div>\n")
                .collect(Collectors.joining("", "<dl class=\"figures\">\n", "</dl>"));
    }

    /** The newest first and open, the others as their first text. */
    private static String samples(List<Sample> samples) {
        if (samples.isEmpty()) {
            return "<p class=\"note\">None were asked for.</p>";
        }
        TreeMap<Long, List<Sample>> bySteps = samples.stream()
                .collect(Collectors.groupingBy(
                        Sample::step, () -> new TreeMap<>(Collections.reverseOrder()), Collectors.toList()));
        StringBuilder html = new StringBuilder("<div class=\"samples\">\n");
        bySteps.forEach(
                (step, texts) -> html.append(step.equals(bySteps.firstKey()) ? "<details open=\"\">" : "<details>")
                        .append("<summary><b>Step ")
                        .append(RunTables.whole(step))
                        .append("</b> <span>")
                        .append(shown(texts.get(0)))
                        .append("</span></summary>\n<ul>\n")
                        .append(texts.stream()
                                .map(sample -> "<li>" + shown(sample) + "</li>\n")
                                .collect(Collectors.joining()))
                        .append("</ul></details>\n"));
        return html.append("</div>").toString();
    }

    private static String shown(Sample sample) {
        return Xml.text(PlainLine.of(sample.text(), LINE));
    }

    private static String data(RunStory story) {
        String table = new HtmlTable(List.of(), RunTables.data(story.run().data())).html();
        if (story.shownCounts().isEmpty()) {
            return table;
        }
        CountsTable counts = CountsTable.of(story.counts());
        HtmlTable users = new HtmlTable(
                Stream.concat(Stream.of("Data"), counts.users().stream()).toList(),
                counts.rows().stream()
                        .map(row -> Stream.concat(Stream.of(row.label()), row.texts().stream())
                                .toList())
                        .toList());
        return "<div class=\"two\"><div class=\"counts\">" + users.html() + "</div><div>" + table + "</div></div>";
    }

    private static String duration(double seconds) {
        double hour = 3600;
        double minute = 60;
        return seconds >= hour
                ? String.format(Locale.ROOT, "%,.1f h", seconds / hour)
                : seconds >= minute
                        ? String.format(Locale.ROOT, "%.1f min", seconds / minute)
                        : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private static String page() {
        try (InputStream in = RunReport.class.getResourceAsStream(FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
