package io.promptmill.jobs.report;

import io.promptmill.jobs.counts.CountsTable;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.markup.Xml;
import io.promptmill.jobs.tracking.Losses;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Sample;
import io.promptmill.jobs.tracking.Totals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of a training. Stateless. */
public final class RunReport {
    /** What the page is called in a folder. */
    public static final String FILE = "report.html";

    /** Characters of a sample on a line. */
    private static final int LINE = 280;

    private RunReport() {}

    /** The whole page. */
    public static byte[] of(RunStory story) {
        RunRecord run = story.run();
        Map<String, String> places = Map.ofEntries(
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
        return HtmlPage.of(run.model() + " · run " + run.id(), FILE, places);
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
        figures.add(List.of("Time", Figures.duration(totals.seconds())));
        figures.add(List.of("Tokens a second", RunTables.whole(Math.round(totals.tokensPerSecond()))));
        return Figures.html(figures);
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
                                .map(sample -> "<li dir=\"auto\">" + shown(sample) + "</li>\n")
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
}
