package io.promptmill.family.rmsgpt;

import io.promptmill.family.ConfigFields;
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

/** A family that only tests know: GPT-2 with RMSNorm, heads that share keys and values, and names of its own. */
public final class RmsGptFamily implements ModelFamily {
    @Override
    public String name() {
        return "RmsGpt";
    }

    @Override
    public FamilyMarks marks() {
        return new FamilyMarks(List.of("rms_gpt"), "RmsGpt", List.of());
    }

    @Override
    public FamilyFields fields() {
        return new FamilyFields(
                Set.of(
                        "max_position_embeddings",
                        "hidden_size",
                        "num_hidden_layers",
                        "num_attention_heads",
                        "num_key_value_heads",
                        "head_dim",
                        "intermediate_size",
                        "rms_norm_eps"),
                Map.of(),
                Set.of());
    }

    @Override
    public OptionalInt defaultEosTokenId() {
        return OptionalInt.empty();
    }

    @Override
    public List<String> loraTargetModules() {
        return List.of("q", "v");
    }

    @Override
    public String causalLmClass() {
        return "RmsGptForCausalLM";
    }

    @Override
    public ModelConfig read(ConfigFields fields) throws InvalidCheckpointException {
        return RmsGptConfig.read(fields);
    }

    @Override
    public URL layersText() {
        return RmsGptFamily.class.getResource("layers.py");
    }
}
