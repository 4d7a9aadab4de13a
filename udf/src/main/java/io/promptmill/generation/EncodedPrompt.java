package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import io.promptmill.Prompt;
import io.promptmill.TokenIds;

/**
 * A prompt as the network sees it.
 *
 * @param prompt where it came from
 * @param tokens prefix and prompt, at least one token
 * @param borrowed how many of the first tokens are taken from the prefix that is computed once for all prompts
 * @param maxNewTokens at least 1; all of them fit the model
 * @param minNewTokens end tokens are banned before
 */
record EncodedPrompt(Prompt prompt, TokenIds tokens, int borrowed, int maxNewTokens, int minNewTokens) {
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
        return tokens.slice(borrowed, tokens.size() - 1);
    }

    int paddedPrefillLength() {
        return -Math.floorDiv(borrowed + 1 - tokens.size(), PREFILL_MULTIPLE) * PREFILL_MULTIPLE;
    }

    /** Cache positions a sequence of this prompt needs. */
    int positions() {
        return Math.max(borrowed + paddedPrefillLength(), tokens.size() + maxNewTokens);
    }
}
