package io.promptmill.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.generation.PromptSize;
import io.promptmill.jobs.output.ChunkPlan;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkSimulationTest {
    private static final Costs STEPS_ONLY = new Costs(1, 0, 0, 0, 0, 0, 0);
    private static final Costs ALL = new Costs(1, 0.1, 0.001, 0.01, 0.5, 0.01, 3);

    private static PromptSize prompt(int tokens, int sequences, int beams, int newTokens) {
        return new PromptSize(tokens, 0, 8, sequences, beams, newTokens, newTokens);
    }

    private static double seconds(Costs costs, int slots, List<PromptSize> prompts) {
        return new ChunkSimulation(costs, slots, (prompt, uniform) -> prompt.mostNewTokens(), new SplittableRandom(0))
                .seconds(prompts);
    }

    @Test
    void slotsAreFilledWaveAfterWave() {
        assertThat(seconds(STEPS_ONLY, 4, Collections.nCopies(8, prompt(5, 1, 1, 10))))
                .isEqualTo(20);
        assertThat(seconds(STEPS_ONLY, 4, Collections.nCopies(9, prompt(5, 1, 1, 10))))
                .isEqualTo(30);
        assertThat(seconds(STEPS_ONLY, 4, Collections.nCopies(2, prompt(5, 3, 1, 10))))
                .isEqualTo(20);
    }

    @Test
    void aSlotThatBecomesFreeIsFilledAtOnce() {
        assertThat(seconds(STEPS_ONLY, 2, List.of(prompt(5, 1, 1, 10), prompt(5, 1, 1, 3), prompt(5, 1, 1, 7))))
                .isEqualTo(10);
    }

    @Test
    void beamsTakeTheirSlotsTogetherAndMoreThanThereAreWhereAllAreFree() {
        assertThat(seconds(STEPS_ONLY, 4, List.of(prompt(5, 1, 1, 10), prompt(5, 1, 4, 5))))
                .isEqualTo(15);
        assertThat(seconds(STEPS_ONLY, 4, List.of(prompt(5, 2, 6, 5)))).isEqualTo(5);
    }

    @Test
    void prefillStepsRowsPositionsTokensAndClosingAreAddedUp() {
        // Two prompts of one shape are one prefill call of 16 positions. Two rows make two steps from positions 5 and
        // 5.
        assertThat(seconds(ALL, 2, Collections.nCopies(2, prompt(5, 1, 1, 2))))
                .isCloseTo(0.5 + 0.16 + 2 * (1 + 0.2) + 0.001 * (10 + 12) + 4 * 0.01 + 3, within(1e-9));
        // A prompt is computed once for all its sequences.
        assertThat(seconds(ALL, 2, List.of(prompt(5, 2, 1, 2))))
                .isCloseTo(0.5 + 0.08 + 2 * (1 + 0.2) + 0.001 * (10 + 12) + 4 * 0.01 + 3, within(1e-9));
    }

    @Test
    void prefillsOfOtherShapesAreCallsOfTheirOwn() {
        PromptSize longer = new PromptSize(20, 0, 24, 1, 1, 2, 2);
        assertThat(Costs.calls(List.of(prompt(5, 1, 1, 2), prompt(6, 1, 1, 9), longer)))
                .isEqualTo(2);
        assertThat(Costs.calls(List.of(prompt(5, 1, 1, 2), prompt(5, 2, 1, 2)))).isEqualTo(2);
        assertThat(Costs.calls(Collections.nCopies(9, new PromptSize(1000, 0, 1000, 1, 1, 2, 2))))
                .as("4 together at most")
                .isEqualTo(3);
        assertThat(Costs.calls(List.of(new PromptSize(1, 0, 0, 1, 1, 2, 2)))).isZero();
    }

    @Test
    void chunksGoToTheTaskThatIsFreeFirst() {
        ChunkPlan plan = new ChunkPlan(3);
        List<MeasuredPrompt> prompts = IntStream.range(0, 300)
                .mapToObj(i -> new MeasuredPrompt("p" + i, prompt(5, 1, 1, 1)))
                .toList();
        long[] inChunk = new long[3];
        prompts.forEach(prompt -> inChunk[plan.chunkOf(prompt.id())]++);
        BitSet missing = new BitSet();
        missing.set(0, 3);
        RunSimulation run = new RunSimulation(plan, missing, 2, STEPS_ONLY, 1);
        double both = Math.min(inChunk[0], inChunk[1]) + inChunk[2];
        assertThat(run.seconds(prompts, 300, (prompt, uniform) -> 1))
                .isEqualTo(Math.max(both, (double) Math.max(inChunk[0], inChunk[1])));
        missing.clear(2);
        assertThat(run.seconds(
                        prompts.stream()
                                .filter(prompt -> plan.chunkOf(prompt.id()) < 2)
                                .toList(),
                        inChunk[0] + inChunk[1],
                        (prompt, uniform) -> 1))
                .as("without the chunk that is there")
                .isEqualTo((double) Math.max(inChunk[0], inChunk[1]));
        assertThat(new RunSimulation(plan, missing, 2, STEPS_ONLY, 1).seconds(prompts, 60_000, (prompt, uniform) -> 1))
                .as("prompts that stand for many")
                .isEqualTo(30_000);
    }
}
