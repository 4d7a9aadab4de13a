package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import java.util.List;
import java.util.Objects;

/**
 * Boxes in rows from top to bottom, 460 pixels wide; arrows lead from all boxes of a row to the first box of the next.
 * Immutable.
 *
 * @param title for who does not see it
 * @param rows at least one
 */
public record FlowChart(String title, List<Row> rows) {
    private static final double WIDTH = 460;
    private static final double EDGE = 16;
    private static final double BOX_WIDTH = 206;
    private static final double BOX_HEIGHT = 74;
    private static final double ROW_HEIGHT = BOX_HEIGHT + 48;
    private static final double TEXT = 13;
    private static final double HEAD = 6;

    public FlowChart {
        Objects.requireNonNull(title, "title");
        rows = List.copyOf(rows);
    }

    /**
     * Boxes beside one another.
     *
     * @param boxes one or two
     * @param step what makes the first box of the next row of them; of the last row it is not drawn
     */
    public record Row(List<Box> boxes, String step) {
        public Row {
            boxes = List.copyOf(boxes);
            if (boxes.isEmpty() || boxes.size() > 2) {
                throw new IllegalArgumentException(boxes.size() + " boxes, and room for one or two");
            }
        }

        private double center(int box) {
            double between = EDGE + BOX_WIDTH;
            return WIDTH / 2 + (box - (boxes.size() - 1) / 2.0) * between;
        }
    }

    /**
     * One box.
     *
     * @param title its upper line, cut to its width
     * @param details at most two lines below, cut to its width
     */
    public record Box(String title, List<String> details) {
        public Box {
            Objects.requireNonNull(title, "title");
            details = List.copyOf(details);
        }
    }

    /** The drawing, as an SVG file or a part of an HTML page. */
    public String svg() {
        SvgWriter svg = new SvgWriter(WIDTH, (rows.size() - 1) * ROW_HEIGHT + BOX_HEIGHT + 2 * EDGE, title, "");
        for (int i = 0; i + 1 < rows.size(); i++) {
            drawArrows(svg, rows.get(i), top(i) + BOX_HEIGHT, rows.get(i + 1).center(0), top(i + 1));
        }
        for (int i = 0; i < rows.size(); i++) {
            for (int box = 0; box < rows.get(i).boxes().size(); box++) {
                drawBox(svg, rows.get(i).boxes().get(box), rows.get(i).center(box), top(i));
            }
        }
        return svg.end();
    }

    private static double top(int row) {
        return EDGE + row * ROW_HEIGHT;
    }

    private static void drawArrows(SvgWriter svg, Row row, double from, double toX, double to) {
        double middle = (from + to) / 2;
        for (int box = 0; box < row.boxes().size(); box++) {
            svg.add(
                    "<path class=\"arrow\" d=\"M%s %sC%1$s %s %s %3$s %4$s %s\"/>",
                    number(row.center(box)), number(from), number(middle), number(toX), number(to - HEAD));
        }
        svg.add("<path class=\"head\" d=\"M%s %sl-5 -9h10z\"/>", number(toX), number(to));
        svg.text(toX, middle + 4, "label", "middle", row.step());
    }

    private static void drawBox(SvgWriter svg, Box box, double center, double top) {
        svg.add(
                "<rect class=\"box\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"8\"/>",
                number(center - BOX_WIDTH / 2), number(top), number(BOX_WIDTH), number(BOX_HEIGHT));
        double room = BOX_WIDTH - EDGE;
        svg.text(center, top + 23, "title", "middle", TextWidth.fit(box.title(), TEXT + 1, room));
        for (int i = 0; i < box.details().size(); i++) {
            svg.text(
                    center,
                    top + 43 + 18 * i,
                    "soft",
                    "middle",
                    TextWidth.fit(box.details().get(i), TEXT, room));
        }
    }
}
