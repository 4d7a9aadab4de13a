package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import io.promptmill.jobs.drawing.Curve.Point;
import io.promptmill.jobs.markup.Xml;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Curves over one axis, 480 by 280 pixels. The attribute {@code data-axes} of the drawing says where its numbers lie, and
 * {@code data-name} of a curve what it is, so that a script can tell values. Immutable.
 *
 * @param title what is drawn, with its unit
 * @param across what lies along x
 * @param curves at most four
 */
public record LineChart(String title, String across, List<Curve> curves) {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 280;
    private static final int EDGE = 16;
    private static final int STEPS = 5;
    private static final double TEXT = 13;

    /** Up to so many points are dots as well. */
    private static final int DOTS = 60;

    /** Curves that have colours. */
    private static final int MOST_CURVES = 4;

    public LineChart {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(across, "across");
        curves = List.copyOf(curves);
        if (curves.size() > MOST_CURVES) {
            throw new IllegalArgumentException(curves.size() + " curves, and colours for " + MOST_CURVES);
        }
    }

    /** The drawing, as an SVG file or a part of an HTML page. */
    public String svg() {
        if (curves.stream().allMatch(curve -> curve.points().isEmpty())) {
            return new SvgWriter(WIDTH, HEIGHT, title, "")
                    .text(EDGE, 26, "title", "start", title)
                    .text(WIDTH / 2.0, HEIGHT / 2.0, "soft", "middle", "Nothing was measured.")
                    .end();
        }
        Axes axes = axes();
        SvgWriter svg = new SvgWriter(WIDTH, HEIGHT, title, axes.attribute());
        svg.text(EDGE, 26, "title", "start", title);
        drawLegend(svg);
        axes.draw(svg, across, 0);
        for (int i = 0; i < curves.size(); i++) {
            drawCurve(svg, axes, curves.get(i), i);
        }
        return svg.end();
    }

    private Axes axes() {
        Ticks up = Axes.ticks(curves, Point::y, STEPS);
        return new Axes(
                Axes.ticks(curves, Point::x, STEPS),
                up,
                EDGE + Axes.labelRoom(up),
                curves.size() > 1 ? 64 : 44,
                WIDTH - 1.5 * EDGE,
                HEIGHT - 50);
    }

    private void drawLegend(SvgWriter svg) {
        double x = EDGE;
        for (int i = 0; curves.size() > 1 && i < curves.size(); i++) {
            svg.add("<path class=\"curve s%d\" d=\"M%s 42h16\"/>", i, number(x));
            svg.text(x + 22, 46, "soft", "start", curves.get(i).name());
            x += 44 + TextWidth.of(curves.get(i).name(), TEXT);
        }
    }

    private static void drawCurve(SvgWriter svg, Axes axes, Curve curve, int number) {
        Curve seen = curve.thinned(axes.across().first(), axes.across().last(), WIDTH);
        svg.add(
                "<polyline class=\"curve s%d\" data-name=\"%s\" points=\"%s\"/>",
                number,
                Xml.text(curve.name()),
                seen.points().stream()
                        .map(point -> number(axes.x(point.x())) + "," + number(axes.y(point.y())))
                        .collect(Collectors.joining(" ")));
        if (seen.points().size() <= DOTS) {
            seen.points()
                    .forEach(point -> svg.add(
                            "<circle class=\"d%d\" cx=\"%s\" cy=\"%s\" r=\"2.5\"/>",
                            number, number(axes.x(point.x())), number(axes.y(point.y()))));
        }
    }
}
