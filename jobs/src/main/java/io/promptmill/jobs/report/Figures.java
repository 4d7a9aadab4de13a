package io.promptmill.jobs.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The numbers at the head of a page, each with its name. Stateless. */
final class Figures {
    private static final double MINUTE = 60;
    private static final double HOUR = 60 * MINUTE;

    private Figures() {}

    /** The element. */
    static String html(List<List<String>> figures) {
        return figures.stream()
                .map(figure -> "<div><dt>" + figure.get(0) + "</dt><dd>" + figure.get(1) + "</dd></div>\n")
                .collect(Collectors.joining("", "<dl class=\"figures\">\n", "</dl>"));
    }

    /** Seconds in the unit that suits them. */
    static String duration(double seconds) {
        if (seconds >= HOUR) {
            return String.format(Locale.ROOT, "%,.1f h", seconds / HOUR);
        }
        return seconds >= MINUTE
                ? String.format(Locale.ROOT, "%.1f min", seconds / MINUTE)
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
