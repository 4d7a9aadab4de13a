package io.promptmill.generation;

import io.promptmill.TokenIds;
import java.util.List;

/**
 * Keys and values of tokens in numbered places, each from position 0 on. What a place holds depends on nothing but its
 * own tokens, whatever the others hold. Every method may throw an {@link OutOfNativeMemoryException}; after that the
 * cache can only be closed. Single-threaded.
 */
public interface KeyValueCache {
    /** A prefix is kept apart in multiples of this many tokens: what a cache can copy without computing. */
    int PREFIX_MULTIPLE = 32;

    /** Grows the cache where it is smaller than this; contents are kept. */
    void ensureCapacity(int places, int positions);

    /**
     * Puts tokens that many prompts begin with into places, from position 0; they are computed once for the model.
     *
     * @param prefix a multiple of {@link #PREFIX_MULTIPLE}
     */
    void borrowPrefix(int[] places, TokenIds prefix);

    /**
     * Computes tokens into places.
     *
     * @param places one for each prompt
     * @param from position of the first token, after a borrowed prefix of that length
     * @param prompts tokens to compute, none longer than {@code paddedLength}
     * @param paddedLength positions computed for each prompt
     */
    void prefill(int[] places, int from, List<TokenIds> prompts, int paddedLength);

    /** Copies positions {@code from} (included) to {@code to} (excluded) between places, as if all at once. */
    void copy(int[] sources, int[] targets, int from, int to);

    /** Makes places as new, after something that was not finite went through them. */
    void clear(int[] places);
}
