package io.promptmill.spark.rows;

import io.promptmill.OptionWord;
import io.promptmill.PromptResult;
import io.promptmill.spark.rows.PromptReader.ReadRow;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import scala.collection.Seq;

/** Logs which rows of a partition were rejected or failed, the first of them only. Not thread-safe. */
final class RowLog {
    /** A whole input may consist of such rows. */
    static final int MAX_ROWS = 20;

    static final int MAX_CHARACTERS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(RowLog.class);
    private static final int MAX_UTF8_BYTES_OF_A_CHARACTER = 4;

    private final PromptColumns columns;
    private final LoggedText text;
    private int rows;

    RowLog(PromptColumns columns, LoggedText text) {
        this.columns = columns;
        this.text = text;
    }

    /** Logs the row, if it is one to tell of. */
    void add(ReadRow read, PromptResult result) {
        // Who asks for texts wants to see them, also where only warnings are shown.
        Level level = text == LoggedText.BEGINNING ? Level.WARN : Level.INFO;
        if (LOG.isEnabledForLevel(level)) { // a digest is work
            line(read, result).ifPresent(LOG.atLevel(level)::log);
        }
    }

    /** What is to be logged. */
    Optional<String> line(ReadRow read, PromptResult result) {
        if (result.status() == PromptResult.Status.OK || rows > MAX_ROWS) {
            return Optional.empty();
        }
        rows++;
        if (rows > MAX_ROWS) {
            return Optional.of("more rows of this partition are rejected or failed: see the column "
                    + columns.errorColumn() + " of the output");
        }
        return Optional.of(
                "row " + (read.id() == null ? "without id" : shown(read.id().toString())) + " "
                        + OptionWord.of(result.status()) + ": "
                        + result.problem().code() + ", " + told(columns.prompt(read.row())));
    }

    private String told(Object prompt) {
        if (prompt == null) {
            return "no prompt";
        }
        String length = prompt instanceof byte[] utf8
                ? "prompt of " + utf8.length + " bytes"
                : "prompt of " + ((Seq<?>) prompt).size() + " token ids";
        return text == LoggedText.BEGINNING
                ? length + ": " + shown(beginning(prompt))
                : length + " with the SHA-256 " + PromptDigest.of(prompt);
    }

    /** At least as much as is shown; bytes that are not UTF-8 as U+FFFD. */
    private static String beginning(Object prompt) {
        if (prompt instanceof byte[] utf8) {
            int length = Math.min(utf8.length, MAX_CHARACTERS * MAX_UTF8_BYTES_OF_A_CHARACTER);
            return new String(utf8, 0, length, StandardCharsets.UTF_8);
        }
        Seq<?> ids = (Seq<?>) prompt;
        return IntStream.range(0, Math.min(ids.size(), MAX_CHARACTERS))
                .mapToObj(i -> String.valueOf(ids.apply(i)))
                .collect(Collectors.joining(" "));
    }

    /** The first characters on one line: what would end it, or steer a terminal, is told by its number. */
    private static String shown(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(MAX_CHARACTERS).forEach(character -> {
            switch (Character.getType(character)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> line.append(String.format(Locale.ROOT, "\\u%04x", character));
                default -> line.appendCodePoint(character);
            }
        });
        return line.toString();
    }
}
