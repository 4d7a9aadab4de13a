package io.promptmill.family.gpt2;

import io.promptmill.family.ConfigFields;
import io.promptmill.files.InvalidCheckpointException;

/**
 * Reads a {@link Gpt2Config} from the fields of config.json. Absent fields have the defaults of transformers'
 * {@code configuration_gpt2.py}.
 */
final class Gpt2ConfigReader {
    /** End-of-text of the GPT-2 vocabulary: begin and end token where the model's files name none. */
    static final int END_OF_TEXT = 50_256;

    private Gpt2ConfigReader() {}

    static Gpt2Config read(ConfigFields fields) throws InvalidCheckpointException {
        int vocabSize = fields.integer("vocab_size").orElse(50_257);
        int nEmbd = fields.integer("n_embd", "hidden_size").orElse(768);
        return new Gpt2Config(
                vocabSize,
                positions(fields),
                nEmbd,
                fields.integer("n_layer", "num_hidden_layers").orElse(12),
                fields.integer("n_head", "num_attention_heads").orElse(12),
                // A product beyond 32 bits comes from an n_embd that is refused anyway.
                fields.integer("n_inner").orElse(4 * nEmbd),
                fields.text("activation_function").orElse("gelu_new"),
                fields.number("layer_norm_epsilon").orElse(1e-5),
                fields.flag("scale_attn_weights").orElse(true),
                fields.flag("scale_attn_by_inverse_layer_idx").orElse(false),
                fields.flag("tie_word_embeddings").orElse(true),
                fields.bosTokenId(vocabSize, END_OF_TEXT));
    }

    /** Where n_ctx differs, which older versions took for the size of the mask, transformers goes by the others, too. */
    private static int positions(ConfigFields fields) throws InvalidCheckpointException {
        String context = "n_ctx";
        String[] names = {"n_positions", "max_position_embeddings"};
        if (!fields.has(names[0]) && !fields.has(names[1])) {
            return fields.integer(context).orElse(1_024);
        }
        int positions = fields.integer(names).orElseThrow();
        fields.json(context)
                .filter(other -> !other.equals(Integer.toString(positions)))
                .ifPresent(other -> fields.warn("n_ctx is " + InvalidCheckpointException.quote(other)
                        + " and not n_positions, " + positions + ", which holds"));
        return positions;
    }
}
