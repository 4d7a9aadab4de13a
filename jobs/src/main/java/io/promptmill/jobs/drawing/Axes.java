package io.promptmill.jobs.drawing;

import io.promptmill.jobs.drawing.Curve.Point;
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

    /** For scripts: the edges in pixels, then the numbers there, both from left by top and right to bottom. */
    String attribute() {
        return DoubleStream.of(left, top, right, bottom, across.first(), up.last(), across.last(), up.first())
                .mapToObj(Double::toString)
                .collect(Collectors.joining(" ", "data-axes=\"", "\""));
    }
}
