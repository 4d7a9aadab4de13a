package io.promptmill;

import java.io.Serializable;

/**
 * A number of tokens and what it counts: {@code max_new_tokens} and {@code max_length} are one setting in two forms.
 *
 * @param tokens the number, at least 0
 * @param counts what is counted
 */
public record TokenLimit(int tokens, Counts counts) implements Serializable {

    /** What a limit counts. */
    public enum Counts {
        /** Generated tokens only. */
        NEW_TOKENS,
        /** The prompt's tokens, without those of the prefix, and the generated ones. */
        PROMPT_AND_NEW_TOKENS
    }

    public TokenLimit {
        if (tokens < 0) {
            throw new IllegalArgumentException("A token limit must be at least 0 but was " + tokens);
        }
    }

    public static TokenLimit ofNewTokens(int tokens) {
        return new TokenLimit(tokens, Counts.NEW_TOKENS);
    }

    public static TokenLimit ofPromptAndNewTokens(int tokens) {
        return new TokenLimit(tokens, Counts.PROMPT_AND_NEW_TOKENS);
    }

    /** The limit in new tokens for a prompt of {@code promptTokens} (without prefix); may be negative. */
    public int newTokens(int promptTokens) {
        return counts == Counts.NEW_TOKENS ? tokens : tokens - promptTokens;
    }
}
