package io.promptmill.jobs.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.drawing.Curve.Point;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
    @Test
    void aLongCurveKeepsItsEndsAndEveryPeak() {
        List<Point> points = IntStream.range(0, 100_000)
                .mapToObj(i -> new Point(i, i == 54_321 ? 100 : i == 77_777 ? -100 : i % 10))
                .toList();
        Curve thinned = new Curve("a", points).thinned(0, 100_000, 480);
        assertThat(thinned.points())
                .hasSizeLessThanOrEqualTo(4 * 480)
                .startsWith(points.get(0))
                .endsWith(points.get(99_999))
                .contains(points.get(54_321), points.get(77_777))
                .isSortedAccordingTo((a, b) -> Double.compare(a.x(), b.x()));
    }

    @Test
    void aShortCurveStaysAsItIs() {
        Curve curve = new Curve("a", List.of(new Point(0, 1), new Point(1, 2)));
        assertThat(curve.thinned(0, 1, 2)).isSameAs(curve);
    }

    @Test
    void pointsWithoutNumbersAreLeftOut() {
        assertThat(new Curve("a", List.of(new Point(0, Double.NaN), new Point(1, 2), new Point(2, 1 / 0.0))).points())
                .containsExactly(new Point(1, 2));
    }
}
