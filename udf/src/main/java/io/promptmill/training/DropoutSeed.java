package io.promptmill.training;

import io.promptmill.Sha256;
import java.nio.ByteBuffer;

/**
 * The seeds of what is dropped: a function of (seed, step, micro-batch) and of nothing else, so that a training that was
 * interrupted goes on with the same random numbers. Stateless.
 */
public final class DropoutSeed {
    private DropoutSeed() {}

    /**
     * The seed of one batch, for {@link TrainingModel#seed}: cut from the SHA-256 of the three, since torch's generator
     * looks at the lower 32 bits of a seed only.
     *
     * @param seed of the training
     * @param step counted from 0
     * @param micro which of the batches that the step accumulates, counted from 0
     */
    public static long of(long seed, long step, int micro) {
        ByteBuffer key = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                .putLong(seed)
                .putLong(step)
                .putInt(micro);
        return ByteBuffer.wrap(Sha256.newDigest().digest(key.array())).getLong() & Long.MAX_VALUE;
    }
}
