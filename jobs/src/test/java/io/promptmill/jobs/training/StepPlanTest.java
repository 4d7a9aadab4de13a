package io.promptmill.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.training.StepPlan.BlockSequence;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StepPlanTest {
    @Test
    void anEpochSeesEveryBlockOnceAndItsLastStepMayBeSmaller() {
        StepPlan plan = plan(11, 2, 2, 2, BlockSequence.SHUFFLED);
        assertThat(plan.stepsOfEpoch()).isEqualTo(3);
        assertThat(plan.steps()).isEqualTo(6);
        for (long epoch = 0; epoch < 2; epoch++) {
            int[] order = plan.order(epoch);
            List<int[]> batches = LongStream.range(3 * epoch, 3 * epoch + 3)
                    .mapToObj(step -> plan.batches(order, step))
                    .flatMap(List::stream)
                    .toList();
            assertThat(batches.stream().map(batch -> batch.length)).containsExactly(2, 2, 2, 2, 2, 1);
            assertThat(batches.stream().flatMapToInt(Arrays::stream).toArray()).isEqualTo(order);
            assertThat(Arrays.stream(order).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 11).toArray());
        }
    }

    @Test
    void theOrderIsAFunctionOfSeedAndEpoch() {
        StepPlan plan = plan(100, 1, 1, 1, BlockSequence.SHUFFLED);
        assertThat(plan.order(0))
                .isEqualTo(plan(100, 4, 2, 3, BlockSequence.SHUFFLED).order(0));
        assertThat(plan.order(0)).isNotEqualTo(plan.order(1));
        assertThat(Arrays.copyOf(plan.order(0), 8)).containsExactly(FIRST_OF_SEED_42);
        assertThat(new StepPlan(100, 1, 1, 1, BlockSequence.SHUFFLED, 43).order(0))
                .isNotEqualTo(plan.order(0));
    }

    @Test
    void blocksStayInTheirOrderWhereNobodyShuffles() {
        StepPlan plan = plan(5, 2, 1, 1, BlockSequence.AS_GIVEN);
        assertThat(plan.order(7)).containsExactly(0, 1, 2, 3, 4);
        assertThat(plan.batches(plan.order(0), 2)).containsExactly(new int[] {4});
    }

    @Test
    void stepsAreCountedAsTransformersDoes() {
        assertThat(plan(10, 4, 1, 1, BlockSequence.AS_GIVEN).steps()).isEqualTo(3);
        assertThat(plan(10, 4, 2, 1, BlockSequence.AS_GIVEN).steps()).isEqualTo(2);
        assertThat(plan(10, 1, 1, 0.25, BlockSequence.AS_GIVEN).steps()).isEqualTo(3);
        assertThat(plan(1, 1, 1, 0.001, BlockSequence.AS_GIVEN).steps()).isEqualTo(1);
        StepPlan limited = StepPlan.of(10, 1, 1, 1, OptionalLong.of(25), BlockSequence.AS_GIVEN, 0);
        assertThat(limited.steps()).isEqualTo(25);
        assertThat(limited.epochs(25)).isEqualTo(2.5);
        assertThat(limited.epochOf(9)).isZero();
        assertThat(limited.epochOf(10)).isEqualTo(1);
    }

    /** A promise: a run that was interrupted under this version goes on under the next one with the same blocks. */
    private static final int[] FIRST_OF_SEED_42 = {87, 63, 71, 69, 81, 54, 70, 51};

    private static StepPlan plan(int blocks, int batch, int accumulation, double epochs, BlockSequence sequence) {
        return StepPlan.of(blocks, batch, accumulation, epochs, OptionalLong.empty(), sequence, 42);
    }
}
