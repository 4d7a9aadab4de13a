package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import io.promptmill.Prompt;
import io.promptmill.TokenIds;
import java.util.List;

/**
 * A prompt as the network sees it.
 *
 * @param prompt where it came from
 * @param tokens prefix and prompt, at least one token
 * @param borrowed how many of the first tokens are taken from the prefix that is computed once for all prompts
 * @param maxNewTokens at least 1; all of them fit the model
 * @param minNewTokens before so many, end tokens are banned
 * @param endTokens those of the configured end tokens that the model has
 */
record EncodedPrompt(
        Prompt prompt, TokenIds tokens, int borrowed, int maxNewTokens, int minNewTokens, List<Integer> endTokens) {
    /**
     * What a prefill computes is a multiple of this, so that prompts of about one length can be computed together. Twice
     * as much would be mostly padding for short prompts.
     */
    static final int PREFILL_MULTIPLE = 8;

    GenerationConfig config() {
        return prompt.config();
    }

    TokenIds borrowedPrefix() {
        return tokens.slice(0, borrowed);
    }

    /** The tokens a prefill computes: all after a borrowed prefix but the last, which the first step does. */
    TokenIds prefillTokens() {
        return tokens.slice(borrowed, prefillEnd());
    }

    int paddedPrefillLength() {
        return -Math.floorDiv(borrowed + 1 - tokens.size(), PREFILL_MULTIPLE) * PREFILL_MULTIPLE;
    }

    /** Whether the prompt lies once in the cache, apart from what its sequences or beams add to it. */
    boolean isShared() {
        return (config().numReturnSequences() > 1 || config().numBeams() > 1) && prefillEnd() > 0;
    }

    /** How many tokens are in the cache before the first step. */
    int prefillEnd() {
        return tokens.size() - 1;
    }

    /** Where a sequence's own slot begins to hold it. */
    int slotStart() {
        return isShared() ? prefillEnd() : 0;
    }

    /** Cache positions the prompt takes, padding included. */
    int promptPositions() {
        return borrowed + paddedPrefillLength();
    }

    /** Cache positions a sequence of this prompt needs in its slot. */
    int slotPositions() {
        int all = tokens.size() + maxNewTokens;
        return isShared() ? all - slotStart() : Math.max(promptPositions(), all);
    }
}
