package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.MadeUpFamily;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamilies;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of GPT-2 in CheckpointTest, for a family of other names. */
final class ModelTensorsTest {
    private static final List<String> BODY =
            List.of("embed_tokens.weight", "layers.0.input_layernorm.weight", MadeUpFamily.MATRIX, "norm.weight");

    private final List<String> warnings = new ArrayList<>();

    @Test
    void tensorsAreFoundByTheFamilysNamesAndComeInItsOrder() throws Exception {
        ModelConfig config = config("");
        List<StoredTensor> stored = new ArrayList<>();
        stored.add(stored(config, "", "lm_head.weight"));
        BODY.forEach(name -> stored.add(0, stored(config, "model.", name)));
        stored.add(0, tensor("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(3L)));

        assertThat(new ModelTensors(config).open(stored, warnings).keySet())
                .containsExactly(
                        "embed_tokens.weight",
                        "layers.0.input_layernorm.weight",
                        MadeUpFamily.MATRIX,
                        "norm.weight",
                        "lm_head.weight");
        assertThat(warnings).isEmpty();
    }

    @Test
    void thePrefixOfTheBodyMayBeThatOfAllNamesWhereTheHeadIsTied() throws Exception {
        ModelConfig config = config(",\"tie_word_embeddings\":true");
        List<StoredTensor> stored = new ArrayList<>();
        BODY.forEach(name -> stored.add(stored(config, "model.", name)));

        assertThat(new ModelTensors(config).open(stored, warnings).keySet()).containsExactlyElementsOf(BODY);
    }

    @Test
    void whatIsWrongIsToldWithTheFamilysName() {
        assertThatThrownBy(() -> new ModelTensors(config("")).open(List.of(), warnings))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("the weights are not those of the Made-up that config.json describes: "
                        + "missing embed_tokens.weight, layers.0.input_layernorm.weight");
        assertThatThrownBy(() -> {
                    ModelConfig config = config(",\"tie_word_embeddings\":true");
                    List<StoredTensor> stored = new ArrayList<>();
                    BODY.forEach(name -> stored.add(stored(config, "", name)));
                    stored.add(tensor("layers.0.mlp.gate_proj.weight", List.of(8L, 4L)));
                    new ModelTensors(config).open(stored, warnings);
                })
                .hasMessageContaining("not expected 'layers.0.mlp.gate_proj.weight', parts of the model");
    }

    @Test
    void aHeadBesideTheModelsIsIgnoredWithTheFamilysName() throws Exception {
        ModelConfig config = config(",\"tie_word_embeddings\":true");
        List<StoredTensor> stored = new ArrayList<>(List.of(tensor("score.weight", List.of(2L, 4L))));
        BODY.forEach(name -> stored.add(stored(config, "model.", name)));

        Map<String, Tensor> tensors = new ModelTensors(config).open(stored, warnings);

        assertThat(tensors.keySet()).containsExactlyElementsOf(BODY);
        assertThat(warnings)
                .containsExactly("the weights hold 'score.weight', which a Made-up language model has no use for, "
                        + "so that is ignored");
    }

    private ModelConfig config(String fields) throws InvalidCheckpointException {
        return new ModelFamilies(List.of(new MadeUpFamily()))
                .read(
                        CheckpointFiles.parse("{\"model_type\":\"made_up\"" + fields + "}", "config.json"),
                        null,
                        warnings);
    }

    private static StoredTensor stored(ModelConfig config, String prefix, String name) {
        ExpectedTensor expected = config.tensors().tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
        return tensor(prefix + name, expected.shape());
    }

    private static StoredTensor tensor(String name, List<Long> shape) {
        List<Long> strides = shape.size() == 1 ? List.of(1L) : List.of(shape.get(1), 1L);
        return new StoredTensor(name, "F32", shape, strides, new SteadyFile(Path.of("model.safetensors")), 0);
    }
}
