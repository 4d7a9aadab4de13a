package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    // Of Random123's kat_vectors, philox4x32 with 10 rounds.
    @Test
    void theBlockFunctionGivesTheKnownAnswersOfItsAuthors() {
        assertThat(philox(new int[4], 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(philox(new int[] {-1, -1, -1, -1}, -1, -1))
                .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(philox(new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void uniformsAreAFunctionOfPromptSequenceStepAndAttempt() {
        assertThat(uniforms(1, "a", 0, 3, 5)).containsExactly(uniforms(1, "a", 0, 3, 5));
        assertThat(uniforms(1, "a", 0, 3, 2)).containsExactly(Arrays.copyOf(uniforms(1, "a", 0, 3, 5), 2));
        assertThat(uniforms(1, "a", 0, 3, 5)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(uniforms(1, "a", 0, 3, 5))).allMatch(u -> u > 0 && u < 1);
        assertThat(uniforms(1, "a", 0, 3, 5))
                .doesNotContain(uniforms(2, "a", 0, 3, 5))
                .doesNotContain(uniforms(1, "b", 0, 3, 5))
                .doesNotContain(uniforms(1, "a", 1, 3, 5))
                .doesNotContain(uniforms(1, "a", 0, 4, 5));
    }

    private static double[] uniforms(long seed, String promptId, int sequence, int step, int count) {
        double[] out = new double[count + 1];
        new RandomStream(seed, promptId, sequence).uniforms(step, out, 1, count);
        return Arrays.copyOfRange(out, 1, count + 1);
    }

    private static int[] philox(int[] counter, int key0, int key1) {
        RandomStream.philox(counter, key0, key1);
        return counter;
    }
}
