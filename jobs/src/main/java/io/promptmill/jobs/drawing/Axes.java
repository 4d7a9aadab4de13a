package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import io.promptmill.jobs.drawing.Curve.Point;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Where the numbers of a chart lie on the drawing. Immutable.
 *
 * @param across the ticks along x
 * @param up the ticks along y
 * @param left edge of the plot in pixels, and so the others
 */
record Axes(Ticks across, Ticks up, double left, double top, double right, double bottom) {
    private static final double TEXT = 13;
    private static final double LABEL_GAP = 6;

    /** The ticks of an axis along which the points lie. */
    static Ticks ticks(List<Curve> curves, ToDoubleFunction<Point> coordinate, int steps) {
        double[] values = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(coordinate)
                .toArray();
        return Ticks.around(
                DoubleStream.of(values).min().orElseThrow(),
                DoubleStream.of(values).max().orElseThrow(),
                steps);
    }

    double x(double value) {
        return left + (value - across.first()) / (across.last() - across.first()) * (right - left);
    }

    double y(double value) {
        return bottom - (value - up.first()) / (up.last() - up.first()) * (bottom - top);
    }

    /**
     * Draws lines and labels of the ticks, and below them what lies along x.
     *
     * @param inset how far the lines reach beyond the plot at both sides, in pixels
     */
    void draw(SvgWriter svg, String alongX, double inset) {
        for (BigDecimal tick : up.values()) {
            double y = y(tick.doubleValue());
            svg.add("<path class=\"line\" d=\"M%s %sH%s\"/>", number(left - inset), number(y), number(right + inset));
            svg.text(left - inset - LABEL_GAP, y + 4.5, "soft", "end", up.label(tick));
        }
        for (BigDecimal tick : across.values()) {
            double x = x(tick.doubleValue());
            svg.add("<path class=\"line\" d=\"M%s %sv5\"/>", number(x), number(bottom));
            svg.text(x, bottom + 20, "soft", "middle", across.label(tick));
        }
        svg.text((left + right) / 2, bottom + 38, "soft", "middle", alongX);
    }

    /** The room that the labels of ticks upwards take at the left of a plot, in pixels. */
    static double labelRoom(Ticks up) {
        return LABEL_GAP
                + up.values().stream()
                        .mapToDouble(tick -> TextWidth.of(up.label(tick), TEXT))
                        .max()
                        .orElseThrow();
    }

    /** For scripts: the edges in pixels, then the numbers there, both from left by top and right to bottom. */
    String attribute() {
        return DoubleStream.of(left, top, right, bottom, across.first(), up.last(), across.last(), up.first())
                .mapToObj(Double::toString)
                .collect(Collectors.joining(" ", "data-axes=\"", "\""));
    }
}
