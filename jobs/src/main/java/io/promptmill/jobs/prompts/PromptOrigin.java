package io.promptmill.jobs.prompts;

import io.promptmill.jobs.source.SourceFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where the prompts of a run come from: files, or the command line itself. Immutable.
 *
 * @param inputs files, folders or patterns; empty where prompts are given as texts
 * @param format of all files; empty where each one's name tells it
 * @param texts prompts; empty where they are in files
 */
public record PromptOrigin(List<String> inputs, Optional<SourceFormat> format, List<String> texts) {
    public PromptOrigin {
        inputs = List.copyOf(inputs);
        texts = List.copyOf(texts);
        if (inputs.isEmpty() == texts.isEmpty()) {
            throw new IllegalArgumentException("prompts come either from files or from the command line");
        }
    }

    /** Where that is, in words. */
    public String place() {
        return isCommandLine() ? "the command line" : String.join(", ", inputs);
    }

    /** Whether the prompts are given as texts, whose sequences are printed. */
    public boolean isCommandLine() {
        return !texts.isEmpty();
    }
}
