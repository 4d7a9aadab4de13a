package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import io.promptmill.jobs.markup.Xml;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Who worked when: a lane for each, with bars that are the stronger, the faster the work went; 480 pixels wide. A bar tells
 * its text to the pointer. Immutable.
 *
 * @param title what is drawn
 * @param across what lies along x
 * @param lanes from top to bottom
 * @param breaks where along x something began anew
 */
public record Timeline(String title, String across, List<Lane> lanes, List<Double> breaks) {
    private static final int WIDTH = 480;
    private static final int EDGE = 16;
    private static final int TOP = 44;
    private static final int LANE = 26;
    private static final int BAR = 20;
    private static final int BELOW = 50;
    private static final int STEPS = 5;
    private static final double MOST_OF_NAMES = 175;

    /** Of names, in pixels, where a page for a phone shows them larger. */
    private static final double TEXT = 15;

    /** Of the slowest work. */
    private static final double LEAST_OPACITY = 0.25;

    /** Narrower ones are drawn as one. */
    private static final double LEAST_WIDTH = 1.5;

    /** Half of what is between a bar and the next. */
    private static final double HAIR = 0.5;

    private static final String MORE = " …";

    public Timeline {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(across, "across");
        lanes = List.copyOf(lanes);
        breaks = List.copyOf(breaks);
    }

    /** A worker with its work in rising order. */
    public record Lane(String name, List<Bar> bars) {
        public Lane {
            Objects.requireNonNull(name, "name");
            bars = List.copyOf(bars);
        }
    }

    /**
     * A piece of work.
     *
     * @param from where it begins
     * @param to where it ends
     * @param speed 0 to 1
     * @param text what it was
     */
    public record Bar(double from, double to, double speed, String text) {
        private Bar with(Bar next) {
            double length = to - from;
            double more = next.to - next.from;
            double both = length + more;
            return new Bar(
                    from,
                    Math.max(to, next.to),
                    both == 0 ? speed : (speed * length + next.speed * more) / both,
                    text.endsWith(MORE) ? text : text + MORE);
        }
    }

    /** The drawing, as an SVG file or a part of an HTML page. */
    public String svg() {
        int height = TOP + LANE * Math.max(lanes.size(), 1) + BELOW;
        SvgWriter svg = new SvgWriter(WIDTH, height, title, "").text(EDGE, 26, "title", "start", title);
        double end = lanes.stream()
                .flatMap(lane -> lane.bars.stream())
                .mapToDouble(Bar::to)
                .max()
                .orElse(0);
        if (end <= 0) {
            return svg.text(WIDTH / 2.0, height / 2.0 + EDGE, "soft", "middle", "Nothing was recorded.")
                    .end();
        }
        double names = lanes.stream()
                .mapToDouble(lane -> TextWidth.of(lane.name, TEXT))
                .max()
                .orElseThrow();
        Ticks ticks = Ticks.around(0, end, STEPS);
        Axes axes = new Axes(
                ticks, ticks, EDGE + Math.min(names, MOST_OF_NAMES) + 8, TOP, WIDTH - 1.5 * EDGE, height - BELOW);
        for (BigDecimal tick : ticks.values()) {
            double x = axes.x(tick.doubleValue());
            svg.add("<path class=\"line\" d=\"M%s %sV%s\"/>", number(x), number(TOP), number(axes.bottom()));
            svg.text(x, axes.bottom() + 18, "soft", "middle", ticks.label(tick));
        }
        svg.text((axes.left() + axes.right()) / 2, height - 12, "soft", "middle", across);
        for (int i = 0; i < lanes.size(); i++) {
            draw(svg, axes, lanes.get(i), TOP + LANE * i);
        }
        breaks.forEach(at -> svg.add(
                "<path class=\"arrow\" stroke-dasharray=\"3 3\" d=\"M%s %sV%s\"/>",
                number(axes.x(at)), number(TOP - 6), number(axes.bottom())));
        return svg.end();
    }

    private static void draw(SvgWriter svg, Axes axes, Lane lane, double top) {
        svg.text(axes.left() - 8, top + 17, "soft", "end", TextWidth.fit(lane.name, TEXT, MOST_OF_NAMES));
        List<List<Bar>> rows = rows(lane.bars);
        double height = (double) BAR / rows.size();
        for (int row = 0; row < rows.size(); row++) {
            double y = top + (LANE - BAR) / 2.0 + row * height;
            for (Bar bar : seen(axes, rows.get(row))) {
                svg.add(
                        "<rect class=\"d0\" fill-opacity=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\">"
                                + "<title>%s</title></rect>",
                        BigDecimal.valueOf(Math.round((LEAST_OPACITY + (1 - LEAST_OPACITY) * bar.speed) * 100), 2),
                        number(axes.x(bar.from)),
                        number(y),
                        number(Math.max(1, axes.x(bar.to) - axes.x(bar.from) - HAIR)),
                        number(Math.max(1, height - 2 * HAIR)),
                        Xml.text(bar.text));
            }
        }
    }

    /** What was done at the same time, in rows one below the other. */
    private static List<List<Bar>> rows(List<Bar> bars) {
        List<List<Bar>> rows = new ArrayList<>(List.of(new ArrayList<>()));
        for (Bar bar : bars) {
            List<Bar> free = rows.stream()
                    .filter(row -> row.isEmpty() || row.get(row.size() - 1).to <= bar.from)
                    .findFirst()
                    .orElse(null);
            if (free == null) {
                free = new ArrayList<>();
                rows.add(free);
            }
            free.add(bar);
        }
        return rows;
    }

    /** Bars of a row, with those as one that are too narrow to be told apart. */
    private static List<Bar> seen(Axes axes, List<Bar> bars) {
        List<Bar> seen = new ArrayList<>();
        for (Bar bar : bars) {
            Bar last = seen.isEmpty() ? null : seen.get(seen.size() - 1);
            if (last != null && axes.x(bar.to) - axes.x(last.from) < LEAST_WIDTH) {
                seen.set(seen.size() - 1, last.with(bar));
            } else {
                seen.add(bar);
            }
        }
        return seen;
    }
}
