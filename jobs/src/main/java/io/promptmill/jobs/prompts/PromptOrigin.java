package io.promptmill.jobs.prompts;

import io.promptmill.jobs.source.SourceFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the prompts of a run come from: files, a table, or the command line itself. Immutable.
 *
 * @param inputs files, folders or patterns; empty where prompts are elsewhere
 * @param format of all files; empty where each one's name tells it
 * @param table name of a table; empty where prompts are elsewhere
 * @param texts prompts; empty where they are elsewhere
 */
public record PromptOrigin(
        List<String> inputs, Optional<SourceFormat> format, Optional<String> table, List<String> texts) {
    public PromptOrigin {
        inputs = List.copyOf(inputs);
        texts = List.copyOf(texts);
        if (Stream.of(inputs.isEmpty(), table.isEmpty(), texts.isEmpty())
                        .filter(empty -> !empty)
                        .count()
                != 1) {
            throw new IllegalArgumentException("prompts come from files, from a table or from the command line");
        }
    }

    /** Files, folders or patterns, each file in the format that its name tells. */
    public static PromptOrigin files(List<String> inputs) {
        return new PromptOrigin(inputs, Optional.empty(), Optional.empty(), List.of());
    }

    /** A table of Spark's catalogs. */
    public static PromptOrigin table(String name) {
        return new PromptOrigin(List.of(), Optional.empty(), Optional.of(name), List.of());
    }

    /** Prompts of the command line. */
    public static PromptOrigin texts(List<String> texts) {
        return new PromptOrigin(List.of(), Optional.empty(), Optional.empty(), texts);
    }

    /** Where that is, in words. */
    public String place() {
        return isCommandLine() ? "the command line" : table.orElseGet(() -> String.join(", ", inputs));
    }

    /** Whether the prompts are given as texts, whose sequences are printed. */
    public boolean isCommandLine() {
        return !texts.isEmpty();
    }
}
