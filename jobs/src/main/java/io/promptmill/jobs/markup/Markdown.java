package io.promptmill.jobs.markup;

/** Texts of strangers in GitHub's Markdown, in paragraphs, headings, links and cells of tables. Stateless. */
public final class Markdown {
    /**
     * What begins markup somewhere: CommonMark's, tables, strikes, formulas, mentions, {@code :emoji:} names, and addresses
     * that become links by themselves. A backslash in front makes each of them a character like others.
     */
    private static final String MARKUP = "\\`*_{}[]()<>#+-.!|~&$@:^=\"";

    private Markdown() {}

    /** A text on one line, without markup. */
    public static String text(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (char c : PlainLine.of(text).toCharArray()) {
            if (MARKUP.indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }

    /** A text on one line as code: between more backticks than it has in a row. Not for cells of tables. */
    public static String code(String text) {
        String line = PlainLine.of(text);
        String fence = "`";
        while (line.contains(fence)) {
            fence += "`";
        }
        // A blank on both sides is taken away by the reader; without them a backtick at an end would join the fence.
        return line.startsWith("`") || line.endsWith("`") || line.isEmpty()
                ? fence + " " + line + " " + fence
                : fence + line + fence;
    }
}
