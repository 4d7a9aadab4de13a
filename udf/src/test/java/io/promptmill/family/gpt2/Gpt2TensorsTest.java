package io.promptmill.family.gpt2;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.TensorTable;
import org.junit.jupiter.api.Test;

final class Gpt2TensorsTest {
    private static final Gpt2Config CONFIG =
            new Gpt2Config(50, 16, 8, 3, 2, 20, "gelu_new", 1e-5, true, false, true, null);

    private final TensorTable table = CONFIG.tensors();

    @Test
    void theShapeCountsTheMatricesThatTheTableNames() {
        long numbers = table.tensors().stream()
                .filter(tensor -> tensor.kind().isLinear() && !tensor.name().equals(table.head()))
                .mapToLong(tensor -> tensor.shape().get(0) * tensor.shape().get(1))
                .sum();

        assertThat(CONFIG.shape().linearWeights()).isEqualTo(numbers).isEqualTo(3 * (4 * 64 + 2 * 160));
    }

    @Test
    void modulesHaveTheNamesOfTransformers() {
        assertThat(table.tensors()).hasSize(2 + 3 * 12 + 2 + 1);
        assertThat(table.tensors().get(4)).isEqualTo(ExpectedTensor.linearInOut("h.0.attn.c_attn.weight", 8, 24));
        assertThat(table.modulesOutsideOfLayers()).containsExactly("wte", "wpe", "ln_f");
        assertThat(table.linearModules())
                .hasSize(12)
                .contains("transformer.h.2.mlp.c_proj")
                .doesNotContain("lm_head");
        assertThat(table.fullName("lm_head")).isEqualTo("lm_head");
        assertThat(table.isOfLayer("h.12.something")).isTrue();
        assertThat(table.isOfLayer("h.x.attn")).isFalse();
        assertThat(table.isOfLayer("ln_f.weight")).isFalse();
    }
}
