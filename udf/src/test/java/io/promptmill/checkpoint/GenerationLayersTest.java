package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GenerationLayersTest {
    private static final Gpt2Config GPT2 =
            new Gpt2Config(50257, 1024, 768, 12, 12, 3072, "gelu_new", 1e-5, true, false, true, null);

    private final List<String> warnings = new ArrayList<>();

    @Test
    void theTaskGoesBeforeTheGenerationConfig() throws Exception {
        List<GenerationOptions> layers = read(
                "{\"top_k\":3,\"task_specific_params\":{\"text-generation\":{\"do_sample\":true,\"max_length\":50,"
                        + "\"prefix\":\"<|endoftext|>\"},\"other\":{\"top_k\":9}}}",
                "{\"eos_token_id\":[1,2],\"max_length\":20,\"temperature\":null,\"_from_model_config\":true,"
                        + "\"transformers_version\":\"5\",\"pad_token_id\":0}");

        assertThat(layers).hasSize(2);
        assertThat(layers.get(0).values())
                .isEqualTo(Map.of(
                        GenerationOption.DO_SAMPLE,
                        true,
                        GenerationOption.MAX_LENGTH,
                        50,
                        GenerationOption.PREFIX,
                        "<|endoftext|>"));
        assertThat(layers.get(1).values())
                .isEqualTo(Map.of(GenerationOption.EOS_TOKEN_ID, List.of(1, 2), GenerationOption.MAX_LENGTH, 20));
        assertThat(GenerationConfig.resolve(layers).maxTokens().tokens()).isEqualTo(50);
        assertThat(warnings).isEmpty();
    }

    @Test
    void nothingIsTakenFromTheModelsFieldsWhereThereIsAGenerationConfig() throws Exception {
        List<GenerationOptions> layers = read("{\"eos_token_id\":7,\"top_k\":3}", "{}");

        assertThat(GenerationConfig.resolve(layers)).isEqualTo(GenerationConfig.defaults());
    }

    @Test
    void theModelsFieldsHoldWhereThereIsNoGenerationConfig() throws Exception {
        List<GenerationOptions> layers = read(
                "{\"eos_token_id\":7,\"top_k\":3,\"bad_words_ids\":[[1],[2,3]],\"n_embd\":768,\"num_beam_groups\":1,"
                        + "\"diversity_penalty\":0.0,\"suppress_tokens\":[]}",
                null);

        assertThat(layers).hasSize(1);
        assertThat(layers.get(0).values())
                .isEqualTo(Map.of(
                        GenerationOption.EOS_TOKEN_ID,
                        List.of(7),
                        GenerationOption.TOP_K,
                        3,
                        GenerationOption.BAD_WORDS_IDS,
                        List.of(TokenIds.of(1), TokenIds.of(2, 3))));
        assertThat(warnings).isEmpty();
    }

    @Test
    void theEndTokenOfGpt2IsTheDefaultOfTheModelsFieldsOnly() throws Exception {
        assertThat(read("{}", null).get(0).values()).isEqualTo(Map.of(GenerationOption.EOS_TOKEN_ID, List.of(50256)));
        assertThat(read("{\"eos_token_id\":null}", null).get(0).values()).isEmpty();
        assertThat(read("{}", "{}").get(0).values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"epsilon_cutoff\":0.1",
                "\"penalty_alpha\":0.6",
                "\"num_beam_groups\":2",
                "\"diversity_penalty\":0.5",
                "\"forced_eos_token_id\":7",
                "\"suppress_tokens\":[5]",
                "\"exponential_decay_length_penalty\":[5,1.1]",
                "\"guidance_scale\":1.5",
                "\"remove_invalid_values\":true"
            })
    void aSettingThatIsNotSupportedIsNamedWhereItWouldChangeTheText(String field) throws Exception {
        read("{}", "{" + field + "}");

        String name = field.substring(1, field.indexOf('"', 1));
        assertThat(warnings).containsExactly("generation_config.json: " + name + " is not supported and not applied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"epsilon_cutoff\":0.0",
                "\"penalty_alpha\":null",
                "\"num_beam_groups\":1",
                "\"suppress_tokens\":[]",
                "\"guidance_scale\":null",
                "\"guidance_scale\":1.0",
                "\"renormalize_logits\":false",
                "\"use_cache\":true"
            })
    void aSettingThatChangesNothingIsIgnored(String field) throws Exception {
        read("{}", "{" + field + "}");

        assertThat(warnings).isEmpty();
    }

    @Test
    void anUnknownSettingIsNamed() throws Exception {
        read("{\"task_specific_params\":{\"text-generation\":{\"colour\":1}}}", "{\"flavour\":2}");

        assertThat(warnings)
                .containsExactly(
                        "config.json task_specific_params.text-generation: 'colour' is unknown and not applied",
                        "generation_config.json: 'flavour' is unknown and not applied");
    }

    @Test
    void aBadValueIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> read("{}", "{\"top_p\":1.5}"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("checkpoint_unsupported: generation_config.json: top_p must be a number between 0 and 1 "
                        + "but was 1.5, the checkpoint's own settings hold wherever no other are given, "
                        + "correct the value or remove it");
        assertThatThrownBy(() -> read("{\"task_specific_params\":{\"text-generation\":[]}}", null))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("config.json task_specific_params.text-generation: it is not an object");
        assertThatThrownBy(() -> read("{}", "{\"eos_token_id\":{\"a\":[1]}}"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("eos_token_id must be one token id or a list of them");
    }

    private List<GenerationOptions> read(String config, String generation) throws InvalidCheckpointException {
        JsonNode own = generation == null ? null : StrictJson.parse(generation, "generation_config.json");
        return GenerationLayers.read(StrictJson.parse(config, "config.json"), own, GPT2, warnings);
    }
}
