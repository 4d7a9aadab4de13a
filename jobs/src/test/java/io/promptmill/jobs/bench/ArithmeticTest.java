package io.promptmill.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.TokenIds;
import io.promptmill.family.ModelShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
    @Test
    void eachWeightAndRowIsAMultiplicationAndAnAddition() {
        // 2 layers of width 3, inner width 5, vocabulary 7: 3x9 + 3x3 + 3x5 + 5x3 = 66 weights a layer, 3x7 of the
        // head.
        Arithmetic arithmetic = Arithmetic.of(shape(7, 3, 2, 5));
        assertThat(arithmetic.perPosition()).isEqualTo(2 * 2 * 66);
        assertThat(arithmetic.perLogits()).isEqualTo(2 * 21);
        assertThat(arithmetic.ofPass()).isEqualTo(306);
    }

    @Test
    void aPromptIsComputedOnceAndEachNewTokenHasAStep() {
        Arithmetic arithmetic = new Arithmetic(100, 10);
        Work.Row row = new Work.Row(TokenIds.of(1, 2, 3, 4), 6, 2);
        // 3 positions before the first step, then 12 steps with logits.
        assertThat(arithmetic.of(row)).isEqualTo(3 * 100 + 12 * 110);
        Work.Row single = new Work.Row(TokenIds.of(1), 1, 1);
        assertThat(arithmetic.of(single)).isEqualTo(110);
        assertThat(arithmetic.perToken(List.of(row, single))).isEqualTo((1620 + 110) / 13.0);
    }

    @Test
    void gpt2SmallNeedsAboutAThirdOfABillionOperationsATokenOfW1() {
        Arithmetic arithmetic = Arithmetic.of(shape(50257, 768, 12, 3072));
        assertThat(arithmetic.perPosition()).isEqualTo(169_869_312);
        assertThat(arithmetic.perLogits()).isEqualTo(77_194_752);
        assertThat(arithmetic.perToken(Work.W1.rows(4, 50257))).isEqualTo(286_877_184.0);
    }

    private static ModelShape shape(int vocabulary, int width, int layers, int inner) {
        return new ModelShape(
                layers,
                width,
                new ModelShape.Attention(1, 1, width),
                new ModelShape.Mlp(inner, 2),
                vocabulary,
                16,
                null);
    }
}
