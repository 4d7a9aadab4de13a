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
     * Steps that one call of the network computes at most, at least 1. With more than one the host waits less often, and
     * sequences that end between them are computed on in vain.
     */
    int stepsPerCall();

    /**
     * Makes room for sequences in flight; whoever asked closes it.
     *
     * @param slots how many, at least 1
     * @param positions tokens each can hold
     * @throws OutOfNativeMemoryException when they do not fit; nothing is left to close then
     */
    SlotCache newSlotCache(int slots, int positions);
}
