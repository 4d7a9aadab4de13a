package io.promptmill.generation;

import io.promptmill.TokenIds;
import java.util.List;

/**
 * The key/value cache of a set of slots, and the passes of the network over it. A prompt of one sequence lies in its
 * slot, and the sequence goes on behind it. A prompt of several lies once in {@link #sharedPrompts}, and their slots hold
 * only what comes after it, from position 0 on. Single-threaded.
 */
public interface SlotCache extends KeyValueCache, AutoCloseable {
    /** The prompts that several slots look at. */
    KeyValueCache sharedPrompts();

    /** Tells the slots which tokens their sequences begin with: what penalties look at. */
    void remember(int[] slots, List<TokenIds> tokens);

    /**
     * Computes the next tokens of rows 0, 1, … of the batch, which are the slots of the same number.
     *
     * @return of each of the batch's steps what it chose
     */
    List<StepResult> step(StepBatch batch);

    /** {@inheritDoc} The tokens that the sources remember are copied, too. */
    @Override
    void copy(int[] sources, int[] targets, int from, int to);

    @Override
    void close();
}
