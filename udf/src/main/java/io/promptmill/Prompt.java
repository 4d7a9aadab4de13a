package io.promptmill;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * One input row: what to continue and how.
 *
 * @param id the row's unique key in its canonical text form; keys the random stream of its sequences
 * @param text the prompt's text, or null where {@code tokenIds} is given
 * @param tokenIds the prompt's token ids, or null where {@code text} is given
 * @param config how to continue this prompt
 * @param seed keys the random stream in place of the run's seed; empty where the prompt has none of its own
 */
public record Prompt(String id, String text, TokenIds tokenIds, GenerationConfig config, OptionalLong seed) {
    public Prompt {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(seed, "seed");
        if ((text == null) == (tokenIds == null)) {
            throw new IllegalArgumentException("A prompt is either text or token ids, prompt " + id + " has "
                    + (text == null ? "neither" : "both"));
        }
    }

    public static Prompt ofText(String id, String text, GenerationConfig config) {
        return new Prompt(id, text, null, config, OptionalLong.empty());
    }

    public static Prompt ofTokenIds(String id, TokenIds tokenIds, GenerationConfig config) {
        return new Prompt(id, null, tokenIds, config, OptionalLong.empty());
    }

    /** This prompt, continued in another way. */
    public Prompt withConfig(GenerationConfig other) {
        return new Prompt(id, text, tokenIds, other, seed);
    }

    /** This prompt with a seed of its own, or without one. */
    public Prompt withSeed(OptionalLong own) {
        return new Prompt(id, text, tokenIds, config, own);
    }
}
