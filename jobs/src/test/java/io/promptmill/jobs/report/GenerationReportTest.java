package io.promptmill.jobs.report;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static io.promptmill.jobs.output.TestOutputs.place;
import static io.promptmill.jobs.output.TestOutputs.report;
import static io.promptmill.jobs.output.TestOutputs.work;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.drawing.StrictXml;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.output.SampleRow;
import io.promptmill.jobs.output.TestOutputs;
import io.promptmill.jobs.output.TestPlans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class GenerationReportTest {
    private static final RunPlan PLAN = TestPlans.plan(4, Map.of("seed", 7, "stop", List.of("<end>")));
    private static final List<SampleRow> SAMPLES =
            List.of(new SampleRow("7", "My dream is", " a house by the sea.", "stop"));

    @TempDir
    private Path folder;

    @Test
    void thePageTellsOfTheWholeOutputWhicheverDriversComputedIt() throws Exception {
        Document page = page(
                SAMPLES,
                report(PLAN, 0, work(place(1, "1"), 0, 100)),
                report(PLAN, 1, work(place(1, "2"), 0, 50)),
                report(PLAN, 2, work(place(2, "1"), 80_000, 80_100)),
                report(PLAN, 3, null));
        assertThat(texts(page, "h1")).containsExactly("Texts of m");
        assertThat(texts(page, "dt").subList(0, 8))
                .containsExactly(
                        "Prompts",
                        "of them ok",
                        "Sequences",
                        "Tokens",
                        "Time at work",
                        "Tokens a second",
                        "Executors",
                        "Rows");
        assertThat(texts(page, "dd").subList(0, 8))
                .containsExactly("40", "32", "32", "8,000", "3.3 min", "30", "3", "40");
        assertThat(texts(page, "p"))
                .containsExactly("file:" + folder
                        + " · first chunk begun 2026-11-28 21:00:00 UTC · last one done 2026-11-29 19:15:00 UTC");
        assertThat(elements(page, "svg").stream().map(svg -> svg.getAttribute("aria-label")))
                .containsExactly(
                        "Tokens a second",
                        "Chunks by executor, the faster the stronger",
                        "Prompts by outcome",
                        "Sequences by what ended them",
                        "Prompts: 3.0 tokens on average, 3 at most",
                        "Sequences: 250.0 tokens on average, 40 at most");
        assertThat(texts(page, "text"))
                .contains("minutes of work, pauses left out", "1. run, executor 2", "2. run, executor 1")
                .contains("32 · 80.0 %", "4 · 10.0 %", "20 · 62.5 %", "8 · 25.0 %");
        assertThat(rows(page))
                .contains("1. | app-1 | 2026-11-28 21:00:00 UTC | 2026-11-28 21:01:40 UTC | 2 | 4,000 | 40")
                .contains("2. | app-2 | 2026-11-29 19:13:20 UTC | 2026-11-29 19:15:00 UTC | 1 | 2,000 | 20")
                .contains("– | not recorded | – | – | 1 | 2,000 | –")
                .contains("1. run, executor 2 | node-2 | AVX512 | 1 | 10 | 2,000 | 50.0 s | 40")
                .contains("prompt_too_long | rejected | 4 | 7 | it has 2,000 tokens, why, remedy")
                .contains("no_valid_token | failed | 4 | 9 | what, why, remedy")
                .contains("seed | 7", "stop | [\"<end>\"]", "Model | m", "CPU capability of the driver | AVX2");
        assertThat(texts(page, "dt")).last().isEqualTo("7 stop");
        assertThat(texts(page, "dd")).last().isEqualTo("My dream is a house by the sea.");
    }

    @Test
    void ratesAreThoseOfEachExecutorAndOfAllTogether() throws Exception {
        Document page = page(
                List.of(),
                report(PLAN, 0, work(place(1, "1"), 0, 100)),
                report(PLAN, 1, work(place(1, "2"), 0, 50)),
                report(PLAN, 2, work(place(1, "2"), 50, 100)),
                report(PLAN, 3, work(place(1, "1"), 100, 120)));
        assertThat(elements(page, "polyline").stream().map(line -> line.getAttribute("data-name")))
                .containsExactly("all", "executor 1", "executor 2");
        Element axes = elements(page, "svg").get(0);
        assertThat(axes.getAttribute("data-axes")).endsWith("0.0 100.0 2.0 0.0"); // minutes, tokens a second
        assertThat(elements(page, "title").stream().map(Element::getTextContent))
                .contains("chunk-00001-of-00004.parquet: 2,000 tokens in 50.0 s", "40–41: 32", "3: 32");
    }

    @Test
    void anOutputOfBeforeAnythingWasRecordedAndWithoutTextsHasAPage() throws Exception {
        Document page = page(List.of(), report(PLAN, 0, null));
        assertThat(texts(page, "text")).contains("Nothing was measured.", "Nothing was recorded.");
        assertThat(texts(page, "p")).contains("file:" + folder, "There are no texts.");
    }

    @Test
    void textsOfStrangersStayTextsAndNothingIsAskedForFromElsewhere() throws Exception {
        String hostile =
                "</script><script>alert(1)</script><img src=\"x\" onerror='y'>{{rate}}$1\\|\u202e\u0000\u0007&amp;";
        String shown = "</script><script>alert(1)</script><img src=\"x\" onerror='y'>{{rate}}$1\\| &amp;";
        RunPlan plan = TestPlans.plan(4, Map.of("stop", hostile, "prefix", hostile));
        byte[] bytes = GenerationReport.of(
                TestOutputs.write(
                        folder,
                        plan,
                        List.of(report(plan, 0, work(place(1, hostile), 0, 9), hostile, hostile, hostile))),
                List.of(new SampleRow(hostile, hostile, hostile, hostile)));
        String html = new String(bytes, StandardCharsets.UTF_8);
        assertThat(html).contains("default-src 'none'").doesNotContainPattern("(?i)@import|url\\((?!#)");
        Document page = StrictXml.parse(html);
        assertThat(elements(page, "*"))
                .noneMatch(element -> element.hasAttribute("src") || element.hasAttribute("href"));
        assertThat(elements(page, "script")).hasSize(1);
        assertThat(elements(page, "img")).isEmpty();
        assertThat(texts(page, "td")).contains(shown);
        assertThat(texts(page, "q")).containsExactly(shown);
    }

    @Test
    void threeThousandChunksOfHundredExecutorsMakeAPageThatOpensAtOnce() throws Exception {
        RunPlan plan = TestPlans.plan(3_000);
        List<ChunkReport> reports = new ArrayList<>();
        for (int chunk = 0; chunk < 3_000; chunk++) {
            long begun = chunk / 100 * 300L;
            reports.add(report(plan, chunk, work(place(1, String.valueOf(chunk % 100)), begun, begun + 290)));
        }
        byte[] page = GenerationReport.of(TestOutputs.write(folder, plan, reports), List.of());
        assertThat(page.length).isLessThan(250_000);
        assertThat(new String(page, StandardCharsets.UTF_8)).contains(">and 76 more</text>");
    }

    private Document page(List<SampleRow> samples, ChunkReport... reports) throws IOException {
        return StrictXml.parse(new String(
                GenerationReport.of(TestOutputs.write(folder, PLAN, List.of(reports)), samples),
                StandardCharsets.UTF_8));
    }

    private static List<String> rows(Document page) {
        return elements(page, "tr").stream()
                .map(row -> {
                    List<String> cells = new ArrayList<>();
                    for (var cell = row.getFirstChild(); cell != null; cell = cell.getNextSibling()) {
                        cells.add(cell.getTextContent());
                    }
                    return String.join(" | ", cells);
                })
                .toList();
    }
}
