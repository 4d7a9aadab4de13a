package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import io.promptmill.jobs.markup.Xml;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How often whole numbers were met, in bars over ranges of them, 480 by 280 pixels. A bar tells its range and its count to
 * the pointer. Immutable.
 *
 * @param title what was counted
 * @param across what lies along x
 * @param bars in rising order, all equally wide
 */
public record Histogram(String title, String across, List<Bar> bars) {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 280;
    private static final int EDGE = 16;
    private static final int STEPS = 5;
    private static final int TOP = 44;
    private static final double GAP = 0.12;

    /** A number is the middle of its room on the axis. */
    private static final double HALF = 0.5;

    public Histogram {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(across, "across");
        bars = List.copyOf(bars);
    }

    /**
     * A range.
     *
     * @param from its least number
     * @param width how many numbers are in it
     * @param count how often one of them was met
     */
    public record Bar(long from, long width, long count) {
        private String label() {
            long last = from + width - 1;
            return String.format(Locale.ROOT, width == 1 ? "%1$,d: %3$,d" : "%1$,d–%2$,d: %3$,d", from, last, count);
        }
    }

    /** The drawing, as an SVG file or a part of an HTML page. */
    public String svg() {
        SvgWriter svg = new SvgWriter(WIDTH, HEIGHT, title, "").text(EDGE, 26, "title", "start", title);
        if (bars.isEmpty()) {
            return svg.text(WIDTH / 2.0, HEIGHT / 2.0, "soft", "middle", "Nothing was counted.")
                    .end();
        }
        Axes axes = axes();
        axes.draw(svg, across, axes.x(HALF) - axes.x(0));
        for (Bar bar : bars) {
            double left = axes.x(bar.from - HALF);
            double width = axes.x(bar.from + bar.width - HALF) - left;
            svg.add(
                    "<rect class=\"d0\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>",
                    number(left + width * GAP / 2),
                    number(axes.y((double) bar.count)),
                    number(width * (1 - GAP)),
                    number(axes.bottom() - axes.y((double) bar.count)),
                    Xml.text(bar.label()));
        }
        return svg.end();
    }

    private Axes axes() {
        long most = Math.max(1, bars.stream().mapToLong(Bar::count).max().orElseThrow());
        Bar last = bars.get(bars.size() - 1);
        Ticks up = Ticks.around(0, (double) most, (int) Math.min(STEPS, most));
        long least = bars.get(0).from;
        long greatest = last.from + last.width - 1;
        Ticks along = Ticks.around(
                (double) least, (double) greatest, (int) Math.max(1, Math.min(greatest - least, STEPS + 1)));
        double left = EDGE + Axes.labelRoom(up);
        double right = WIDTH - EDGE;
        double inset = HALF * (right - left) / (along.last() - along.first() + 1);
        return new Axes(along, up, left + inset, TOP, right - inset, HEIGHT - 50);
    }
}
