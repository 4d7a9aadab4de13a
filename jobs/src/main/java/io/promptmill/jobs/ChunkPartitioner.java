package io.promptmill.jobs;

import org.apache.spark.Partitioner;

/** Puts a canonical id into the partition that has its chunk's number, so that a partition is a chunk. */
final class ChunkPartitioner extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int chunks;

    ChunkPartitioner(ChunkPlan plan) {
        this.chunks = plan.chunks();
    }

    @Override
    public int numPartitions() {
        return chunks;
    }

    @Override
    public int getPartition(Object canonicalId) {
        return new ChunkPlan(chunks).chunkOf((String) canonicalId);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkPartitioner that && chunks == that.chunks;
    }

    @Override
    public int hashCode() {
        return chunks;
    }
}
