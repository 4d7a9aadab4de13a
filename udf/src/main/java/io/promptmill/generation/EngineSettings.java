package io.promptmill.generation;

import java.io.Serializable;
import java.util.Objects;

/**
 * What holds for all prompts of one engine.
 *
 * @param slots sequences in flight at most, at least 1; a beam search that needs more raises it
 * @param seed keys all random streams of the run
 * @param onLongPrompt what happens to prompts that do not fit
 * @param returnedText what a completion's text holds
 */
public record EngineSettings(int slots, long seed, LongPromptPolicy onLongPrompt, ReturnedText returnedText)
        implements Serializable {
    /** Slots where memory is no concern: enough rows to keep the matrix units of a CPU core busy. */
    public static final int DEFAULT_SLOTS = 64;

    public EngineSettings {
        Objects.requireNonNull(onLongPrompt, "onLongPrompt");
        Objects.requireNonNull(returnedText, "returnedText");
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be a whole number of at least 1 but was " + slots);
        }
    }

    public static EngineSettings defaults() {
        return new EngineSettings(DEFAULT_SLOTS, 0, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION);
    }

    /** These settings with another number of slots. */
    public EngineSettings withSlots(int number) {
        return new EngineSettings(number, seed, onLongPrompt, returnedText);
    }
}
