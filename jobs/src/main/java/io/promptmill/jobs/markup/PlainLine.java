package io.promptmill.jobs.markup;

/** Texts of strangers as one line that shows what it is. Stateless. */
public final class PlainLine {
    private static final int REPLACEMENT = 0xfffd;

    /** Joins the parts of an emoji; of the other invisible characters none has to be in a line. */
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private PlainLine() {}

    /**
     * A text with each run of white space and control characters as one blank, without invisible characters, such as
     * those that turn the direction of writing, and with U+FFFD for what is no character.
     */
    public static String of(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(line, point));
        return line.toString().strip();
    }

    /** {@link #of} with at most so many characters, the last of which is an ellipsis where the text was longer. */
    public static String of(String text, int characters) {
        String line = of(text);
        return line.codePointCount(0, line.length()) <= characters
                ? line
                : line.substring(0, line.offsetByCodePoints(0, characters - 1)).strip() + "…";
    }

    private static void append(StringBuilder line, int point) {
        if (isBlank(point)) {
            if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
            return;
        }
        int type = Character.getType(point);
        if (type == Character.FORMAT && point != ZERO_WIDTH_JOINER) {
            return;
        }
        boolean noCharacter = type == Character.SURROGATE || (point & 0xfffe) == 0xfffe;
        line.appendCodePoint(noCharacter ? REPLACEMENT : point);
    }

    private static boolean isBlank(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || Character.isISOControl(point);
    }
}
