package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How a number of things is shared out, a bar and its count for each part, 480 pixels wide. Immutable.
 *
 * @param title what is shared out
 * @param parts from top to bottom
 */
public record Shares(String title, List<Part> parts) {
    private static final int WIDTH = 480;
    private static final int EDGE = 16;
    private static final int TOP = 50;
    private static final int ROW = 44;

    public Shares {
        Objects.requireNonNull(title, "title");
        parts = List.copyOf(parts);
    }

    /**
     * A part.
     *
     * @param count not negative
     * @param color 0 to 3, as the curves of a chart are numbered
     */
    public record Part(String name, long count, int color) {}

    /** The drawing, as an SVG file or a part of an HTML page. */
    public String svg() {
        long all = parts.stream().mapToLong(Part::count).sum();
        SvgWriter svg =
                new SvgWriter(WIDTH, TOP + ROW * parts.size(), title, "").text(EDGE, 26, "title", "start", title);
        for (int i = 0; i < parts.size(); i++) {
            draw(svg, parts.get(i), i, all);
        }
        return svg.end();
    }

    private static void draw(SvgWriter svg, Part part, int number, long all) {
        double share = all == 0 ? 0 : (double) part.count / all;
        double y = TOP + ROW * number;
        double room = WIDTH - 2 * EDGE;
        svg.text(EDGE, y + 6, "ink", "start", part.name);
        svg.text(
                WIDTH - EDGE, y + 6, "soft", "end", String.format(Locale.ROOT, "%,d · %s", part.count, percent(share)));
        svg.add(
                "<rect class=\"box\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"10\" rx=\"3\"/>",
                number(EDGE), number(y + 14), number(room));
        if (part.count > 0) {
            svg.add(
                    "<rect class=\"d%d\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"10\" rx=\"3\"/>",
                    part.color, number(EDGE), number(y + 14), number(Math.max(2, share * room)));
        }
    }

    /** Neither all nor none where it is not quite that. */
    private static String percent(double share) {
        String shown = String.format(Locale.ROOT, "%.1f %%", share * 100);
        if (share > 0 && shown.equals("0.0 %")) {
            return "< 0.1 %";
        }
        return share < 1 && shown.equals("100.0 %") ? "> 99.9 %" : shown;
    }
}
