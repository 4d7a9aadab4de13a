package io.promptmill.family.gpt2;

import io.promptmill.family.ConfigFields;
import io.promptmill.family.Dropout;
import io.promptmill.family.FamilyFields;
import io.promptmill.family.FamilyMarks;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamily;
import io.promptmill.files.InvalidCheckpointException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** GPT-2 as transformers has it in {@code configuration_gpt2.py} and {@code modeling_gpt2.py}. Stateless. */
public final class Gpt2Family implements ModelFamily {
    private static final FamilyMarks MARKS =
            new FamilyMarks(List.of("gpt2"), "GPT2", List.of("n_embd", "n_layer", "n_head"));

    private static final String ATTN_PDROP = "attn_pdrop";
    private static final String EMBD_PDROP = "embd_pdrop";
    private static final String RESID_PDROP = "resid_pdrop";

    /** Fields of {@code GPT2Config} of transformers 2 to 5. */
    private static final FamilyFields FIELDS = new FamilyFields(
            Set.of(
                    "n_positions",
                    "max_position_embeddings",
                    "n_ctx",
                    "n_embd",
                    "hidden_size",
                    "n_layer",
                    "num_hidden_layers",
                    "n_head",
                    "num_attention_heads",
                    "n_inner",
                    "activation_function",
                    "layer_norm_epsilon",
                    "scale_attn_weights",
                    "scale_attn_by_inverse_layer_idx"),
            Map.of(),
            Set.of(
                    ATTN_PDROP,
                    EMBD_PDROP,
                    "n_special",
                    "predict_special_tokens",
                    // The order of two products, and float32 for them, which they have here anyway.
                    "reorder_and_upcast_attn",
                    RESID_PDROP,
                    "summary_activation",
                    "summary_first_dropout",
                    "summary_proj_to_labels",
                    "summary_type",
                    "summary_use_proj"));

    @Override
    public String name() {
        return "GPT-2";
    }

    @Override
    public FamilyMarks marks() {
        return MARKS;
    }

    @Override
    public FamilyFields fields() {
        return FIELDS;
    }

    @Override
    public OptionalInt defaultEosTokenId() {
        return OptionalInt.of(Gpt2ConfigReader.END_OF_TEXT);
    }

    @Override
    public List<String> loraTargetModules() {
        return List.of("c_attn");
    }

    @Override
    public String causalLmClass() {
        return "GPT2LMHeadModel";
    }

    @Override
    public Dropout dropout(ConfigFields fields) throws InvalidCheckpointException {
        return new Dropout(
                fields.number(EMBD_PDROP).orElse(0.1),
                fields.number(RESID_PDROP).orElse(0.1),
                fields.number(ATTN_PDROP).orElse(0.1));
    }

    @Override
    public ModelConfig read(ConfigFields fields) throws InvalidCheckpointException {
        return Gpt2ConfigReader.read(fields);
    }

    @Override
    public URL layersText() {
        return Gpt2Family.class.getResource("layers.py");
    }
}
