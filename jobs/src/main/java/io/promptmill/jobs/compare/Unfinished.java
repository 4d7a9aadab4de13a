package io.promptmill.jobs.compare;

import io.promptmill.jobs.output.ChunkPlan;
import java.io.Serializable;
import java.util.SortedSet;

/**
 * What a run has not computed. Immutable.
 *
 * @param plan its chunks
 * @param chunks those that are missing
 */
record Unfinished(ChunkPlan plan, SortedSet<Integer> chunks) implements Serializable {
    /** Whether the prompt would be in one of the missing chunks. */
    boolean waitsFor(String id) {
        return !chunks.isEmpty() && chunks.contains(plan.chunkOf(id));
    }
}
