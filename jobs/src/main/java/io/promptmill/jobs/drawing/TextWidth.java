package io.promptmill.jobs.drawing;

import io.promptmill.jobs.markup.PlainLine;

/** How wide a text is about, in a font that nobody knows here: rather too wide than too narrow. Stateless. */
final class TextWidth {
    private static final String NARROW = "ijl.,:;'|!()[]{}tfrI`-";
    private static final String WIDE = "mwMW@%";

    private TextWidth() {}

    /** Of a text in a size, both in pixels. */
    static double of(String text, double size) {
        return size * text.codePoints().mapToDouble(TextWidth::ems).sum();
    }

    /** As much of a text as fits, with an ellipsis where it is cut. */
    static String fit(String text, double size, double width) {
        String line = PlainLine.of(text);
        int kept = line.codePointCount(0, line.length());
        String fitting = line;
        while (kept > 1 && of(fitting, size) > width) {
            kept--;
            fitting = PlainLine.of(line, kept);
        }
        return fitting;
    }

    private static double ems(int point) {
        if (point >= 0x1100 && !Character.isSpaceChar(point)) {
            return Character.getType(point) == Character.NON_SPACING_MARK ? 0 : 1;
        }
        if (point == ' ') {
            return 0.32;
        }
        if (NARROW.indexOf(point) >= 0) {
            return 0.38;
        }
        if (WIDE.indexOf(point) >= 0) {
            return 0.98;
        }
        return Character.isUpperCase(point) ? 0.7 : 0.62;
    }
}
