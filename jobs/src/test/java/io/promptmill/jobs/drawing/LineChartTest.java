package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.drawing.Curve.Point;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class LineChartTest {
    private static final Curve DENSE =
            new Curve("training", List.of(new Point(0, 4), new Point(50, 3), new Point(75, 2.5), new Point(100, 2)));
    private static final Curve SPARSE = new Curve("held out", List.of(new Point(50, 3.5), new Point(100, 3)));

    @Test
    void curvesOfDifferentDensityShareTheAxes() {
        Document svg = StrictXml.parse(new LineChart("Loss", "step", List.of(DENSE, SPARSE)).svg());
        assertThat(texts(svg, "text"))
                .containsExactly(
                        "Loss",
                        "training",
                        "held out",
                        "2",
                        "2.5",
                        "3",
                        "3.5",
                        "4",
                        "0",
                        "20",
                        "40",
                        "60",
                        "80",
                        "100",
                        "step");
        assertThat(elements(svg, "polyline")).hasSize(2).allSatisfy(line -> assertThat(line.getAttribute("points"))
                .matches("([0-9.]+,[0-9.]+ ?)+"));
        String[] dense = elements(svg, "polyline").get(0).getAttribute("points").split(" ", -1);
        String[] sparse =
                elements(svg, "polyline").get(1).getAttribute("points").split(" ", -1);
        assertThat(sparse[0].split(",", -1)[0]).isEqualTo(dense[1].split(",", -1)[0]);
        assertThat(sparse[1].split(",", -1)[1]).isEqualTo(dense[1].split(",", -1)[1]);
        // The greatest value lies at the upper left of the plot, the least at the lower right.
        String[] axes = svg.getDocumentElement().getAttribute("data-axes").split(" ", -1);
        assertThat(dense[3]).isEqualTo("456,230");
        assertThat(axes)
                .endsWith("456.0", "230.0", "0.0", "4.0", "100.0", "2.0")
                .hasSize(8);
    }

    @Test
    void oneCurveNeedsNoLegend() {
        assertThat(texts(StrictXml.parse(new LineChart("Loss", "step", List.of(DENSE)).svg()), "text"))
                .doesNotContain("training");
    }

    @Test
    void aSinglePointIsADot() {
        Document svg =
                StrictXml.parse(new LineChart("Loss", "step", List.of(new Curve("a", List.of(new Point(5, 1))))).svg());
        assertThat(elements(svg, "circle")).hasSize(1);
    }

    @Test
    void withoutValuesTheDrawingSaysSo() {
        String svg = new LineChart("Loss", "step", List.of(new Curve("a", List.of()))).svg();
        assertThat(texts(StrictXml.parse(svg), "text")).containsExactly("Loss", "Nothing was measured.");
    }

    @Test
    void textsOfStrangersStayTexts() {
        String hostile = "</text><script>\"'&\n\u202e]]>";
        String svg =
                new LineChart(hostile, hostile, List.of(new Curve(hostile, List.of(new Point(0, 1))), SPARSE)).svg();
        assertThat(elements(StrictXml.parse(svg), "script")).isEmpty();
        assertThat(texts(StrictXml.parse(svg), "text")).contains("</text><script>\"'& ]]>");
    }

    @Test
    void thereAreNoMoreCurvesThanColours() {
        assertThatThrownBy(() -> new LineChart("a", "b", Collections.nCopies(5, DENSE)))
                .hasMessage("5 curves, and colours for 4");
    }
}
