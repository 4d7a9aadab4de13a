package io.promptmill.jobs.tracking;

import java.util.Objects;

/**
 * A text that the model gave while it was trained: a line of {@code samples.jsonl}.
 *
 * @param step updates of the weights so far
 * @param prompt what was continued
 * @param text the prompt and its continuation
 */
public record Sample(long step, String prompt, String text) {
    public Sample {
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(text, "text");
    }

    /** The text without the prompt that it begins with. */
    public String continuation() {
        return text.startsWith(prompt) ? text.substring(prompt.length()) : text;
    }
}
