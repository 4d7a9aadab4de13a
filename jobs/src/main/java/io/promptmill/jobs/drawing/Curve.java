package io.promptmill.jobs.drawing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One curve of a chart. Immutable.
 *
 * @param name what its legend says
 * @param points from left to right; points without finite coordinates are left out
 */
public record Curve(String name, List<Point> points) {
    public Curve {
        Objects.requireNonNull(name, "name");
        points = points.stream().filter(Point::isFinite).toList();
    }

    /** A value and where it was measured. */
    public record Point(double x, double y) {
        private boolean isFinite() {
            return Double.isFinite(x) && Double.isFinite(y);
        }
    }

    /**
     * This curve with as many points as can be seen: the range of x is cut into columns, and of each the first, the lowest,
     * the highest and the last point stay.
     */
    Curve thinned(double from, double to, int columns) {
        if (points.size() <= columns) {
            return this;
        }
        List<Point> kept = new ArrayList<>();
        int begin = 0;
        while (begin < points.size()) {
            int column = column(points.get(begin), from, to, columns);
            int end = begin;
            int lowest = begin;
            int highest = begin;
            while (end < points.size() && column(points.get(end), from, to, columns) == column) {
                lowest = points.get(end).y() < points.get(lowest).y() ? end : lowest;
                highest = points.get(end).y() > points.get(highest).y() ? end : highest;
                end++;
            }
            List.of(begin, Math.min(lowest, highest), Math.max(lowest, highest), end - 1).stream()
                    .distinct()
                    .map(points::get)
                    .forEach(kept::add);
            begin = end;
        }
        return new Curve(name, kept);
    }

    private static int column(Point point, double from, double to, int columns) {
        return (int) Math.min((point.x() - from) / (to - from) * columns, columns - 1.0);
    }
}
