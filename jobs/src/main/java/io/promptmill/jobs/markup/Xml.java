package io.promptmill.jobs.markup;

/** Texts of strangers in HTML and SVG, between tags and in quoted attributes. Stateless. */
public final class Xml {
    private Xml() {}

    /** A text on one line, without markup. */
    public static String text(String text) {
        return part(PlainLine.of(text));
    }

    /** A part of what {@link PlainLine} gave, with the blanks at its ends, without markup. */
    public static String part(String line) {
        StringBuilder escaped = new StringBuilder(line.length());
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
