package io.promptmill.jobs.generate;

import io.promptmill.jobs.output.ChunkPlan;
import java.util.Arrays;
import org.apache.spark.Partitioner;

/**
 * Puts the prompts of each wanted chunk into a partition of their own, so that a partition is a chunk. Prompts of other
 * chunks have no place here.
 */
final class ChunkPartitioner extends Partitioner {
    private static final long serialVersionUID = 1;

    private final ChunkPlan plan;
    private final int[] wanted;

    /**
     * A partitioner.
     *
     * @param wanted the chunks' numbers, ascending; partition {@code i} is chunk {@code wanted[i]}
     */
    ChunkPartitioner(ChunkPlan plan, int[] wanted) {
        this.plan = plan;
        this.wanted = wanted.clone();
    }

    @Override
    public int numPartitions() {
        return wanted.length;
    }

    /** Whether a prompt's chunk is wanted. */
    boolean wants(String canonicalId) {
        return getPartition(canonicalId) >= 0;
    }

    @Override
    public int getPartition(Object canonicalId) {
        return Arrays.binarySearch(wanted, plan.chunkOf((String) canonicalId));
    }

    /** The chunk that a partition is. */
    int chunk(int partition) {
        return wanted[partition];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkPartitioner that && plan.equals(that.plan) && Arrays.equals(wanted, that.wanted);
    }

    @Override
    public int hashCode() {
        return 31 * plan.hashCode() + Arrays.hashCode(wanted);
    }
}
