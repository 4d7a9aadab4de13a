package io.promptmill.jobs.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is printed for people: a control character in it, which a stranger's text may hold to steer a terminal, is told by its
 * number, as JSON would tell it.
 */
final class PlainStream extends PrintStream {
    /** All but tabs, line ends, and returns to a line's begin before or behind a text: with these a bar is drawn anew. */
    private static final Pattern STEERING =
            Pattern.compile("[\\p{Cc}&&[^\\t\\n\\r]]|(?<=.)\\r(?=[^\\n])", Pattern.DOTALL);

    private final PrintStream to;

    PlainStream(PrintStream to) {
        super(to, true, StandardCharsets.UTF_8); // only line ends come this way
        this.to = to;
    }

    @Override
    public void print(String text) {
        to.print(STEERING.matcher(String.valueOf(text))
                .replaceAll(found -> "\\\\"
                        + String.format(
                                Locale.ROOT, "u%04x", (int) found.group().charAt(0))));
    }

    @Override
    public void print(Object text) {
        print(String.valueOf(text));
    }
}
