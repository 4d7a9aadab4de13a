package io.promptmill.generation;

import io.promptmill.TokenIds;
import java.util.List;

/**
 * The key/value cache of a set of slots, and the passes of the network over it. What a slot holds depends on nothing but
 * its own tokens, whatever the other slots hold. Every method but {@link #close} may throw an
 * {@link OutOfNativeMemoryException}, and is good for nothing but closing then. Single-threaded.
 */
public interface SlotCache extends AutoCloseable {
    /** Grows the cache where it is smaller than this; contents are kept. */
    void ensureCapacity(int slots, int positions);

    /** A prefix is kept apart in multiples of this many tokens: what a cache can copy without computing. */
    int PREFIX_MULTIPLE = 32;

    /**
     * Puts tokens that many prompts begin with into slots, from position 0; they are computed once for the model.
     *
     * @param prefix a multiple of {@link #PREFIX_MULTIPLE}
     */
    void borrowPrefix(int[] slots, TokenIds prefix);

    /**
     * Computes tokens into slots.
     *
     * @param slots one for each prompt
     * @param from position of the first token, after a borrowed prefix of that length
     * @param prompts tokens to compute, none longer than {@code paddedLength}
     * @param paddedLength positions computed for each prompt
     */
    void prefill(int[] slots, int from, List<TokenIds> prompts, int paddedLength);

    /** Tells the slots which tokens their sequences begin with: what penalties look at. */
    void remember(int[] slots, List<TokenIds> tokens);

    /** Copies positions {@code from} (included) to {@code to} (excluded) between slots, as if all at once. */
    void copy(int[] sources, int[] targets, int from, int to);

    /** Makes slots as new, after something that was not finite went through them. */
    void clear(int[] slots);

    /** Computes the next token of rows 0, 1, … of the batch, which are the slots of the same number. */
    StepResult step(StepBatch batch);

    @Override
    void close();
}
