package io.promptmill.jobs.compare;

import java.util.Locale;

/** The parts of two values where they begin to differ, each on one line, with what cannot be seen as its number. Stateless. */
final class Excerpt {
    /** Code points of a value that are shown. */
    private static final int ROOM = 60;

    /** Those of them that are the same in both. */
    private static final int BEFORE = 16;

    private static final String ABSENT = "null";

    private Excerpt() {}

    /** Of the first of both. */
    static String of(Object value, Object other) {
        if (value == null) {
            return ABSENT;
        }
        int[] points = ExactValues.text(value).codePoints().toArray();
        int from = 0;
        if (points.length > ROOM && other != null) {
            int[] others = ExactValues.text(other).codePoints().toArray();
            from = Math.min(Math.max(0, same(points, others) - BEFORE), points.length - ROOM);
        }
        StringBuilder text = new StringBuilder(from > 0 ? "…" : "");
        int to = Math.min(points.length, from + ROOM);
        for (int i = from; i < to; i++) {
            append(text, points[i]);
        }
        text.append(to < points.length ? "…" : "");
        return value instanceof String ? '"' + text.toString() + '"' : text.toString();
    }

    private static int same(int[] points, int[] others) {
        int same = 0;
        while (same < points.length && same < others.length && points[same] == others[same]) {
            same++;
        }
        return same;
    }

    private static void append(StringBuilder text, int point) {
        switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> text.append(
                    point == '\n' ? "\\n" : String.format(Locale.ROOT, "\\u%04x", point));
            default -> text.appendCodePoint(point);
        }
    }
}
