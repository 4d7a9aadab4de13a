package io.promptmill.generation;

import java.util.OptionalInt;

/** A causal language model as the engine sees it. Thread-safe: several engines may share one. */
public interface CausalLm {
    /** Token ids are below this. */
    int vocabularySize();

    /** Prompt and new tokens together are at most this many. */
    int maxPositions();

    /** The token a text begins with where there is no prompt. */
    OptionalInt bosTokenId();

    /**
     * Makes room for sequences in flight; whoever asked closes it.
     *
     * @param slots how many, at least 1
     * @param positions tokens each can hold
     * @throws OutOfNativeMemoryException when they do not fit; nothing is left to close then
     */
    SlotCache newSlotCache(int slots, int positions);
}
