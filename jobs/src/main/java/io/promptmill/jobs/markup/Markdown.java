package io.promptmill.jobs.markup;

import java.util.List;
import java.util.stream.Collectors;

/** Texts of strangers in GitHub's Markdown, in paragraphs, headings, links and cells of tables. Stateless. */
public final class Markdown {
    /**
     * What begins markup anywhere: CommonMark's, tables, strikes, formulas, mentions, {@code :emoji:} names, and addresses
     * that become links by themselves. A backslash in front makes each of them a character like others.
     */
    private static final String MARKUP = "\\`*_[]<>#|~&$@:!";

    /** What begins a list or a line of its own at the beginning, and behind a number there. */
    private static final String FIRST = "-+=";

    private static final String BEHIND_NUMBER = ".)";
    private static final String WEB = "www";

    private Markdown() {}

    /** A text on one line, without markup. */
    public static String text(String text) {
        String line = PlainLine.of(text);
        StringBuilder escaped = new StringBuilder(line.length());
        for (int i = 0; i < line.length(); i++) {
            if (isMarkup(line, i)) {
                escaped.append('\\');
            }
            escaped.append(line.charAt(i));
        }
        return escaped.toString();
    }

    private static boolean isMarkup(String line, int at) {
        char c = line.charAt(at);
        String before = line.substring(0, at);
        return MARKUP.indexOf(c) >= 0
                || (at == 0 && FIRST.indexOf(c) >= 0)
                || (BEHIND_NUMBER.indexOf(c) >= 0 && before.chars().allMatch(Character::isDigit))
                || (c == '.' && before.regionMatches(true, at - WEB.length(), WEB, 0, WEB.length()));
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

    /** A table of rows with a name and what is to be said of it, both without markup. */
    public static String facts(List<List<String>> rows) {
        return rows.stream()
                .map(row -> "| " + text(row.get(0)) + " | " + text(row.get(1)) + " |")
                .collect(Collectors.joining("\n", "| | |\n| --- | --- |\n", ""));
    }

    /** Lines of code, which hold no fence themselves. */
    public static String fenced(String language, String code) {
        return "```" + language + "\n" + code + "\n```";
    }
}
