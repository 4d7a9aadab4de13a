package io.promptmill.generation;

import java.io.Serializable;

/**
 * What a prompt takes of an engine, known before anything is generated. Immutable.
 *
 * @param tokens of prefix and prompt, as a result tells them
 * @param borrowed how many of them are taken from a prefix that is computed once for all prompts
 * @param prefill positions that its prefill computes, padding included; 0 where the first step does all
 * @param sequences that are returned
 * @param beams of its search; 1 where there is none
 * @param leastNewTokens of a sequence at least, 1 or more
 * @param mostNewTokens of a sequence at most
 */
public record PromptSize(
        int tokens, int borrowed, int prefill, int sequences, int beams, int leastNewTokens, int mostNewTokens)
        implements Serializable {

    static PromptSize of(EncodedPrompt prompt) {
        int most = prompt.maxNewTokens();
        int least;
        if (!prompt.config().stop().isEmpty()) {
            least = 1;
        } else if (prompt.endTokens().isEmpty()) {
            least = most;
        } else {
            least = Math.min(most, prompt.minNewTokens() + 1); // the end token is one of them
        }
        return new PromptSize(
                prompt.tokens().size(),
                prompt.borrowed(),
                prompt.paddedPrefillLength(),
                prompt.config().numReturnSequences(),
                prompt.config().numBeams(),
                least,
                most);
    }

    /** Whether a sequence may end before it has all its tokens. */
    public boolean mayEndEarly() {
        return leastNewTokens < mostNewTokens;
    }

    /** How often slots are given to it: for each sequence, or once for all its beams. */
    public int decodings() {
        return beams > 1 ? 1 : sequences;
    }

    /** New tokens of all its sequences at least. */
    public long leastTokens() {
        return (long) sequences * leastNewTokens;
    }

    /** New tokens of all its sequences at most. */
    public long mostTokens() {
        return (long) sequences * mostNewTokens;
    }
}
