package io.promptmill.family.rmsgpt;

import io.promptmill.family.ConfigFields;
import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamily;
import io.promptmill.family.ModelShape;
import io.promptmill.family.TensorTable;
import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The configuration of a made-up model, and the names of its tensors. */
record RmsGptConfig(ModelShape shape, double epsilon, boolean tieWordEmbeddings) implements ModelConfig {
    static RmsGptConfig read(ConfigFields fields) throws InvalidCheckpointException {
        int vocabulary = fields.integer("vocab_size").orElseThrow();
        ModelShape shape = new ModelShape(
                fields.integer("num_hidden_layers").orElseThrow(),
                fields.integer("hidden_size").orElseThrow(),
                new ModelShape.Attention(
                        fields.integer("num_attention_heads").orElseThrow(),
                        fields.integer("num_key_value_heads").orElseThrow(),
                        fields.integer("head_dim").orElseThrow()),
                new ModelShape.Mlp(fields.integer("intermediate_size").orElseThrow(), 2),
                vocabulary,
                fields.integer("max_position_embeddings").orElseThrow(),
                fields.bosTokenId(vocabulary, null));
        return new RmsGptConfig(
                shape,
                fields.number("rms_norm_eps").orElseThrow(),
                fields.flag("tie_word_embeddings").orElse(true));
    }

    @Override
    public ModelFamily family() {
        return new RmsGptFamily();
    }

    @Override
    public Map<String, Object> constants() {
        return Map.of("attention_scale", 1 / Math.sqrt(shape.attention().headWidth()), "rms_norm_eps", epsilon);
    }

    @Override
    public TensorTable tensors() {
        int width = shape.width();
        int queries = shape.attention().heads() * shape.attention().headWidth();
        int keys = shape.attention().keyValueHeads() * shape.attention().headWidth();
        int inner = shape.mlp().inner();
        List<ExpectedTensor> all = new ArrayList<>();
        all.add(ExpectedTensor.embeddings("tokens.weight", shape.vocabulary(), width));
        all.add(ExpectedTensor.embeddings("places.weight", shape.positions(), width));
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "layers." + layer + ".";
            all.add(ExpectedTensor.vector(block + "norm_1.weight", width));
            all.add(ExpectedTensor.linearOutIn(block + "q.weight", width, queries));
            all.add(ExpectedTensor.linearOutIn(block + "k.weight", width, keys));
            all.add(ExpectedTensor.linearOutIn(block + "v.weight", width, keys));
            all.add(ExpectedTensor.linearOutIn(block + "o.weight", queries, width));
            all.add(ExpectedTensor.vector(block + "norm_2.weight", width));
            all.add(ExpectedTensor.linearOutIn(block + "up.weight", width, inner));
            all.add(ExpectedTensor.linearOutIn(block + "down.weight", inner, width));
        }
        all.add(ExpectedTensor.vector("norm.weight", width));
        all.add(ExpectedTensor.linearOutIn("lm_head.weight", width, shape.vocabulary()));
        return new TensorTable("body.", "layers", "tokens.weight", "lm_head.weight", Pattern.compile("(?!)"), all);
    }
}
