package io.promptmill.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.family.gpt2.Gpt2Family;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ModelFamiliesTest {
    private final ModelFamilies families = new ModelFamilies(List.of(new MadeUpFamily(), new Gpt2Family()));
    private final List<String> warnings = new ArrayList<>();

    @Test
    void aFamilyThatIsNotKnownIsRefusedWithTheListOfThoseThatAre() {
        assertThatThrownBy(() -> read("{\"model_type\":\"llama\"}"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("checkpoint_unsupported: config.json has the model_type 'llama', "
                        + "only GPT-2 and Made-up networks are computed, "
                        + "use a checkpoint whose model_type is gpt2, made_up or made_up_text");
        assertThatThrownBy(() -> read("{\"architectures\":[\"LlamaForCausalLM\"]}"))
                .hasMessageContaining("no model_type and the architecture 'LlamaForCausalLM', only GPT-2 and Made-up");
        assertThatThrownBy(() -> read("{}"))
                .hasMessageContaining("not all of GPT-2's fields n_embd, n_layer, n_head, only GPT-2 and Made-up");
    }

    @Test
    void theFamilyIsThatOfTheModelTypeOrElseOfTheArchitecture() throws Exception {
        assertThat(read("{\"model_type\":\"made_up_text\",\"architectures\":[\"GPT2LMHeadModel\"]}")
                        .family()
                        .name())
                .isEqualTo("Made-up");
        assertThat(read("{\"model_type\":\"gpt2\"}").family().name()).isEqualTo("GPT-2");
        assertThat(warnings).isEmpty();

        assertThat(read("{\"architectures\":[\"MadeUpForCausalLM\"]}").family().name())
                .isEqualTo("Made-up");
        assertThat(warnings)
                .containsExactly("config.json has no model_type and is taken for a Made-up's by its architectures");
    }

    @Test
    void eachFamilyHasFieldsOfItsOwn() throws Exception {
        read("{\"model_type\":\"made_up\",\"attention_bias\":false,\"attention_dropout\":0.1,\"n_embd\":8}");
        read("{\"model_type\":\"gpt2\",\"attention_dropout\":0.1,\"n_embd\":768}");

        assertThat(warnings)
                .containsExactly(
                        "config.json: the field 'n_embd' is unknown and ignored; check that it does not change the model",
                        "config.json: the field 'attention_dropout' is unknown and ignored; "
                                + "check that it does not change the model");
        assertThatThrownBy(() -> read("{\"model_type\":\"made_up\",\"attention_bias\":true}"))
                .hasMessage("checkpoint_unsupported: config.json sets attention_bias to 'true', "
                        + "it changes the model's numbers and only false is supported, use a checkpoint without it");
    }

    @Test
    void aSizeOutOfRangeIsRefusedWithTheFamilysName() {
        assertThatThrownBy(() -> read("{\"model_type\":\"made_up\",\"hidden_size\":0}"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("checkpoint_unsupported: config.json: hidden_size must be from 1 to 1048576 but is 0, "
                        + "no Made-up can be built from it here, use the config.json that came with the weights, "
                        + "or a model whose values are within these bounds");
    }

    @Test
    void twoFamiliesWithOneModelTypeAreAMistake() {
        assertThatThrownBy(() -> new ModelFamilies(List.of(new Gpt2Family(), new Gpt2Family())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two families have one model_type: [gpt2, gpt2]");
    }

    @Test
    void gpt2IsInstalled() throws Exception {
        assertThat(ModelFamilies.installed()
                        .read(CheckpointFiles.parse("{\"model_type\":\"gpt2\"}", "config.json"), null, warnings)
                        .family()
                        .name())
                .isEqualTo("GPT-2");
    }

    private ModelConfig read(String config) throws InvalidCheckpointException {
        return families.read(CheckpointFiles.parse(config, "config.json"), null, warnings);
    }
}
