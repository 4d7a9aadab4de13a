package io.promptmill.jobs.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which blocks each step trains on: a function of the seed and the step, so that a resume needs to know the step only.
 * As in transformers' Trainer, the last batch of an epoch and the last step of it may be smaller. Immutable.
 *
 * @param blocks number of blocks, at least 1
 * @param batchSize blocks computed at a time
 * @param accumulation batches of a step
 * @param steps of the whole training
 * @param sequence order of the blocks in an epoch
 * @param seed of that order
 */
public record StepPlan(int blocks, int batchSize, int accumulation, long steps, BlockSequence sequence, long seed)
        implements Serializable {
    /** Spreads the numbers of epochs over all seeds; the golden ratio, as in Java's SplittableRandom. */
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    public StepPlan {
        if (blocks < 1 || batchSize < 1 || accumulation < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    blocks + " blocks in " + steps + " steps of " + accumulation + " batches of " + batchSize);
        }
    }

    /** The order of the blocks in an epoch. */
    public enum BlockSequence {
        /** Another random one in each. */
        SHUFFLED,
        /** As the data has them. */
        AS_GIVEN
    }

    /** A plan of so many epochs, or of so many steps where these are given. */
    public static StepPlan of(
            int blocks,
            int batchSize,
            int accumulation,
            double epochs,
            OptionalLong maxSteps,
            BlockSequence sequence,
            long seed) {
        StepPlan one = new StepPlan(blocks, batchSize, accumulation, 1, sequence, seed);
        long steps = maxSteps.orElseGet(() -> (long) Math.ceil(epochs * one.stepsOfEpoch()));
        return new StepPlan(blocks, batchSize, accumulation, Math.max(1, steps), sequence, seed);
    }

    /** Steps in which all blocks are seen once. */
    long stepsOfEpoch() {
        long perStep = (long) batchSize * accumulation;
        return (blocks + perStep - 1) / perStep;
    }

    /** Epochs that are over after so many steps, in fractions. */
    public double epochs(long stepsDone) {
        return (double) stepsDone / stepsOfEpoch();
    }

    /** The order of the blocks in an epoch, counted from 0: Fisher-Yates with Java's Random, whose numbers are specified. */
    int[] order(long epoch) {
        int[] order = IntStream.range(0, blocks).toArray();
        if (sequence == BlockSequence.SHUFFLED) {
            Random random = new Random(seed ^ (epoch * GOLDEN_GAMMA));
            for (int last = blocks - 1; last > 0; last--) {
                int other = random.nextInt(last + 1);
                int block = order[last];
                order[last] = order[other];
                order[other] = block;
            }
        }
        return order;
    }

    /** The epoch of a step, both counted from 0. */
    long epochOf(long step) {
        return step / stepsOfEpoch();
    }

    /**
     * The blocks of a step's batches.
     *
     * @param order of the step's epoch
     * @param step counted from 0
     */
    List<int[]> batches(int[] order, long step) {
        long perStep = (long) batchSize * accumulation;
        int first = Math.toIntExact(step % stepsOfEpoch() * perStep);
        int end = (int) Math.min(blocks, first + perStep);
        List<int[]> batches = new ArrayList<>();
        for (int from = first; from < end; from += batchSize) {
            batches.add(Arrays.copyOfRange(order, from, Math.min(end, from + batchSize)));
        }
        return batches;
    }
}
