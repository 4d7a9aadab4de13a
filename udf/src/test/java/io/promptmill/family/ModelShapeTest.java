package io.promptmill.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.family.ModelShape.Attention;
import io.promptmill.family.ModelShape.Mlp;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ModelShapeTest {
    /** As published: TinyLlama 1.1B has 32 heads over 4 of keys and values, and a gated MLP. */
    private static final ModelShape GROUPED =
            new ModelShape(22, 2048, new Attention(32, 4, 64), new Mlp(5632, 3), 32_000, 2048, 1);

    @Test
    void sharedHeadsAndGatedMlpsAreCounted() {
        // Queries and outputs are 2048 x 2048, keys and values 2048 x 256, and the MLP has three of 2048 x 5632.
        assertThat(GROUPED.linearWeights())
                .isEqualTo(22L * (2 * 2048 * 2048 + 2 * 2048 * 256 + 3 * 2048 * 5632))
                .isEqualTo(968_884_224);
        assertThat(GROUPED.cachedNumbers()).isEqualTo(2 * 22 * 256);
    }

    @Test
    void headsNeedNotFillTheWidth() {
        ModelShape shape = new ModelShape(1, 10, new Attention(4, 2, 8), new Mlp(20, 2), 50, 16, null);

        assertThat(shape.linearWeights()).isEqualTo(2 * 10 * 32 + 2 * 10 * 16 + 2 * 10 * 20);
        assertThat(shape.cachedNumbers()).isEqualTo(32);
    }

    @Test
    void theLargestShapeIsCountedWithoutOverflow() {
        int most = ModelShape.MAX_SIZE;
        ModelShape largest = new ModelShape(
                ModelShape.MAX_LAYERS, most, new Attention(most, most, 1), new Mlp(most, 3), most, most, null);

        assertThat(largest.linearWeights()).isEqualTo(7L << 50);
        assertThat(largest.cachedNumbers()).isEqualTo(2L << 30);
    }

    @Test
    void sizesOutOfRangeAreRefusedByTheNamesOfConfigJson() {
        assertRefused(() -> new ModelShape(1025, 8, new Attention(1, 1, 8), new Mlp(8, 2), 50, 16, null))
                .hasMessage("num_hidden_layers must be from 1 to 1024 but is 1025");
        assertRefused(() -> new Attention(4, 3, 8))
                .hasMessage("num_key_value_heads 3 does not divide num_attention_heads 4");
        assertRefused(() -> new Attention(4, 8, 8)).hasMessage("num_key_value_heads must be from 1 to 4 but is 8");
        assertRefused(() -> new Attention(1 << 20, 1, 2)).hasMessage("head_dim must be from 1 to 1 but is 2");
        assertRefused(() -> new Mlp(8, 4)).hasMessage("an MLP has 2 or 3 matrices but not 4");
        assertRefused(() -> GROUPED.withVocabulary(0)).hasMessage("vocab_size must be from 1 to 1048576 but is 0");
        assertRefused(() -> GROUPED.withVocabulary(1))
                .hasMessage("bos_token_id must be from 0 to vocab_size - 1 but is 1");
        assertThat(GROUPED.withVocabulary(2).vocabulary()).isEqualTo(2);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable construction) {
        return assertThatThrownBy(construction).isInstanceOf(IllegalArgumentException.class);
    }
}
