package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.jobs.drawing.Histogram.Bar;
import io.promptmill.jobs.drawing.Shares.Part;
import io.promptmill.jobs.drawing.Timeline.Lane;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class GenerationDrawingsTest {
    @Test
    void barsOfAHistogramStandSideBySideAsHighAsTheirCounts() {
        Document svg = StrictXml.parse(
                new Histogram("Lengths", "tokens", List.of(new Bar(8, 2, 5), new Bar(10, 2, 0), new Bar(12, 2, 10)))
                        .svg());
        List<Element> bars = bars(svg);
        assertThat(bars).extracting(Element::getTextContent).containsExactly("8–9: 5", "10–11: 0", "12–13: 10");
        assertThat(number(bars.get(2), "height")).isEqualTo(2 * number(bars.get(0), "height"), within(0.2));
        assertThat(number(bars.get(1), "height")).isZero();
        assertThat(number(bars.get(2), "x") + number(bars.get(2), "width")).isLessThan(480);
        assertThat(texts(svg, "text"))
                .startsWith("Lengths", "0", "2", "4", "6", "8", "10")
                .endsWith("tokens");
    }

    @Test
    void aHistogramOfOneNumberOrOfNoneIsDrawn() {
        assertThat(bars(StrictXml.parse(new Histogram("a", "b", List.of(new Bar(7, 1, 1))).svg())))
                .singleElement()
                .extracting(Element::getTextContent)
                .isEqualTo("7: 1");
        assertThat(texts(StrictXml.parse(new Histogram("a", "b", List.of()).svg()), "text"))
                .containsExactly("a", "Nothing was counted.");
    }

    @Test
    void aShareIsNeverRoundedToAllOrNone() {
        Document svg = StrictXml.parse(new Shares(
                        "Prompts",
                        List.of(new Part("ok", 999_999, 2), new Part("rejected", 1, 1), new Part("failed", 0, 3)))
                .svg());
        assertThat(texts(svg, "text"))
                .containsExactly(
                        "Prompts", "ok", "999,999 · > 99.9 %", "rejected", "1 · < 0.1 %", "failed", "0 · 0.0 %");
        assertThat(elements(svg, "rect").stream()
                        .map(rect -> rect.getAttribute("class"))
                        .filter(name -> name.startsWith("d")))
                .containsExactly("d2", "d1");
        assertThat(texts(StrictXml.parse(new Shares("a", List.of(new Part("b", 0, 0))).svg()), "text"))
                .containsExactly("a", "b", "0 · 0.0 %");
    }

    @Test
    void workAtTheSameTimeIsDrawnInRowsAndFastWorkStronger() {
        Lane lane = new Lane(
                "executor 1",
                List.of(
                        new Timeline.Bar(0, 10, 1, "first"),
                        new Timeline.Bar(5, 15, 0, "second"),
                        new Timeline.Bar(10, 20, 0.5, "third")));
        Document svg = StrictXml.parse(new Timeline("Work", "minutes", List.of(lane), List.of(12.0)).svg());
        List<Element> bars = bars(svg);
        assertThat(bars).extracting(Element::getTextContent).containsExactly("first", "third", "second");
        assertThat(bars).extracting(bar -> bar.getAttribute("fill-opacity")).containsExactly("1.00", "0.63", "0.25");
        assertThat(number(bars.get(0), "y")).isEqualTo(number(bars.get(1), "y")).isLessThan(number(bars.get(2), "y"));
        assertThat(elements(svg, "path").stream().filter(path -> path.hasAttribute("stroke-dasharray")))
                .hasSize(1);
    }

    @Test
    void aTimelineOfAHundredThousandChunksStaysSmall() {
        List<Timeline.Bar> bars = IntStream.range(0, 100_000)
                .mapToObj(i -> new Timeline.Bar(i, i + 1, 0.5, "chunk " + i))
                .toList();
        String svg = new Timeline("Work", "hours", List.of(new Lane("a", bars)), List.of()).svg();
        assertThat(svg.length()).isLessThan(60_000);
        assertThat(svg).contains("<title>chunk 0 …</title>");
    }

    @Test
    void textsOfStrangersStayTexts() {
        String hostile = "</text><script>\"'&\n\u202e]]>";
        for (String svg : List.of(
                new Histogram(hostile, hostile, List.of(new Bar(1, 1, 1))).svg(),
                new Shares(hostile, List.of(new Part(hostile, 1, 0))).svg(),
                new Timeline(
                                hostile,
                                hostile,
                                List.of(new Lane(hostile, List.of(new Timeline.Bar(0, 1, 1, hostile)))),
                                List.of())
                        .svg())) {
            assertThat(elements(StrictXml.parse(svg), "script")).isEmpty();
            assertThat(texts(StrictXml.parse(svg), "text")).contains("</text><script>\"'& ]]>");
        }
    }

    private static List<Element> bars(Document svg) {
        return elements(svg, "rect").stream()
                .filter(rect -> rect.getElementsByTagName("title").getLength() == 1)
                .toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
