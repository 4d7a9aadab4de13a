package io.promptmill.jobs.markup;

/** Texts of strangers in HTML and SVG, between tags and in quoted attributes. Stateless. */
public final class Xml {
    private Xml() {}

    /** A text on one line, without markup. */
    public static String text(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (char c : PlainLine.of(text).toCharArray()) {
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
