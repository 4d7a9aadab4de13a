package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.drawing.FlowChart.Box;
import io.promptmill.jobs.drawing.FlowChart.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class FlowChartTest {
    @Test
    void everyBoxOfARowLeadsToTheNext() {
        Document svg = StrictXml.parse(new FlowChart(
                        "Flow",
                        List.of(
                                new Row(List.of(new Box("a", List.of("1")), new Box("b", List.of("2"))), "join"),
                                new Row(List.of(new Box("c", List.of("3", "4"))), "not drawn")))
                .svg());
        assertThat(texts(svg, "text")).containsExactly("join", "a", "1", "b", "2", "c", "3", "4");
        assertThat(elements(svg, "path")).hasSize(3); // two shafts, one head
        assertThat(svg.getDocumentElement().getAttribute("height")).isEqualTo("228");
    }

    @Test
    void longAndHostileNamesAreCutToTheBox() {
        String hostile = "<script>" + "W".repeat(200);
        Document svg = StrictXml.parse(
                new FlowChart(hostile, List.of(new Row(List.of(new Box(hostile, List.of(hostile))), ""))).svg());
        assertThat(elements(svg, "script")).isEmpty();
        assertThat(texts(svg, "text")).allMatch(text -> text.startsWith("<script>W") && text.endsWith("W…"));
    }
}
