package io.promptmill.family;

import io.promptmill.family.ModelShape.Attention;
import io.promptmill.family.ModelShape.Mlp;
import io.promptmill.files.InvalidCheckpointException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** A family that nobody publishes: one layer with another naming than GPT-2's, its matrix stored {@code [out, in]}. */
public final class MadeUpFamily implements ModelFamily {
    /** The matrix of the layer. */
    public static final String MATRIX = "layers.0.self_attn.q_proj.weight";

    @Override
    public String name() {
        return "Made-up";
    }

    @Override
    public FamilyMarks marks() {
        return new FamilyMarks(List.of("made_up", "made_up_text"), "MadeUp", List.of());
    }

    @Override
    public FamilyFields fields() {
        return new FamilyFields(Set.of("hidden_size"), Map.of("attention_bias", false), Set.of("attention_dropout"));
    }

    @Override
    public OptionalInt defaultEosTokenId() {
        return OptionalInt.of(2);
    }

    @Override
    public List<String> loraTargetModules() {
        return List.of("q_proj");
    }

    @Override
    public String causalLmClass() {
        return "MadeUpForCausalLM";
    }

    @Override
    public ModelConfig read(ConfigFields fields) throws InvalidCheckpointException {
        int vocabulary = fields.integer("vocab_size").orElse(10);
        int width = fields.integer("hidden_size").orElse(4);
        return new Config(
                new ModelShape(
                        1,
                        width,
                        new Attention(1, 1, 6),
                        new Mlp(8, 3),
                        vocabulary,
                        16,
                        fields.bosTokenId(vocabulary, null)),
                fields.flag("tie_word_embeddings").orElse(false));
    }

    @Override
    public URL layersText() {
        throw new UnsupportedOperationException("it is read and never computed");
    }

    private record Config(ModelShape shape, boolean tieWordEmbeddings) implements ModelConfig {
        @Override
        public ModelFamily family() {
            return new MadeUpFamily();
        }

        @Override
        public Map<String, Object> constants() {
            return Map.of();
        }

        @Override
        public TensorTable tensors() {
            int width = shape.width();
            return new TensorTable(
                    "model.",
                    "layers",
                    "embed_tokens.weight",
                    "lm_head.weight",
                    Pattern.compile("layers\\.[0-9]+\\.self_attn\\.rotary_emb\\.inv_freq"),
                    List.of(
                            ExpectedTensor.embeddings("embed_tokens.weight", shape.vocabulary(), width),
                            ExpectedTensor.vector("layers.0.input_layernorm.weight", width),
                            ExpectedTensor.linearOutIn(
                                    MATRIX, width, shape.attention().headWidth()),
                            ExpectedTensor.vector("norm.weight", width),
                            ExpectedTensor.linearOutIn("lm_head.weight", width, shape.vocabulary())));
        }
    }
}
