package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.InvalidSettingException;
import io.promptmill.TokenIds;
import io.promptmill.family.gpt2.Gpt2Config;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GenerationDefaultsTest {
    private static final Gpt2Config GPT2 =
            new Gpt2Config(50257, 1024, 768, 12, 12, 3072, "gelu_new", 1e-5, true, false, true, null);

    private final List<String> warnings = new ArrayList<>();

    @Test
    void theTaskGoesBeforeTheGenerationConfig() throws Exception {
        List<GenerationOptions> sources = read(
                "{\"top_k\":3,\"task_specific_params\":{\"text-generation\":{\"do_sample\":true,\"max_length\":50,"
                        + "\"prefix\":\"<|endoftext|>\"},\"other\":{\"top_k\":9}}}",
                "{\"eos_token_id\":[1,2],\"max_length\":20,\"temperature\":null,\"_from_model_config\":true,"
                        + "\"transformers_version\":\"5\",\"pad_token_id\":0}");

        assertThat(sources).hasSize(2);
        assertThat(sources.get(0).values())
                .isEqualTo(Map.of(
                        GenerationOption.DO_SAMPLE,
                        true,
                        GenerationOption.MAX_LENGTH,
                        50,
                        GenerationOption.PREFIX,
                        "<|endoftext|>"));
        assertThat(sources.get(1).values())
                .isEqualTo(Map.of(GenerationOption.EOS_TOKEN_ID, List.of(1, 2), GenerationOption.MAX_LENGTH, 20));
        assertThat(GenerationConfig.resolve(sources).maxTokens().tokens()).isEqualTo(50);
        assertThat(warnings).isEmpty();
    }

    @Test
    void nothingIsTakenFromTheModelsFieldsWhereThereIsAGenerationConfig() throws Exception {
        List<GenerationOptions> sources = read("{\"eos_token_id\":7,\"top_k\":3}", "{}");

        assertThat(GenerationConfig.resolve(sources)).isEqualTo(GenerationConfig.defaults());
    }

    @Test
    void theModelsFieldsHoldWhereThereIsNoGenerationConfig() throws Exception {
        List<GenerationOptions> sources = read(
                "{\"eos_token_id\":7,\"top_k\":3,\"bad_words_ids\":[[1],[2,3]],\"n_embd\":768,\"num_beam_groups\":1,"
                        + "\"diversity_penalty\":0.0,\"suppress_tokens\":[]}",
                null);

        assertThat(sources).hasSize(1);
        assertThat(sources.get(0).values())
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

    /** What {@code generate()} of transformers 5.24 takes as no setting at all, be it greedy or sampling. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"temperature\":1",
                "\"temperature\":null",
                "\"top_k\":null",
                "\"top_p\":1",
                "\"top_p\":null",
                "\"typical_p\":1.0",
                "\"typical_p\":null",
                "\"min_p\":0",
                "\"min_p\":null",
                "\"repetition_penalty\":1",
                "\"repetition_penalty\":null",
                "\"encoder_repetition_penalty\":1.0",
                "\"encoder_repetition_penalty\":null",
                "\"diversity_penalty\":0.0",
                "\"penalty_alpha\":0",
                "\"length_penalty\":1",
                "\"length_penalty\":null",
                "\"no_repeat_ngram_size\":0",
                "\"no_repeat_ngram_size\":-1",
                "\"no_repeat_ngram_size\":null",
                "\"min_length\":-1",
                "\"min_length\":0",
                "\"min_length\":null",
                "\"min_new_tokens\":-1",
                "\"min_new_tokens\":null",
                "\"max_length\":null",
                "\"bad_words_ids\":null",
                "\"num_beams\":1",
                "\"num_beams\":null",
                "\"num_return_sequences\":null",
                "\"early_stopping\":null",
                "\"stop_strings\":null",
                "\"max_cache_len\":null",
                "\"use_mtp\":false"
            })
    void aValueThatMeansOffIsOff(String field) throws Exception {
        for (String sampling : List.of("\"do_sample\":false", "\"do_sample\":true")) {
            assertThat(GenerationConfig.resolve(read("{}", "{" + sampling + "," + field + "}")))
                    .usingRecursiveComparison()
                    .ignoringFields("minTokens.counts") // of none
                    .isEqualTo(GenerationConfig.resolve(read("{}", "{" + sampling + "}")));
        }
        assertThat(warnings).isEmpty();
    }

    /** Where transformers refuses to sample, but not to search. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"temperature\":-1",
                "\"temperature\":\"hot\"",
                "\"top_k\":-5",
                "\"top_p\":-1",
                "\"typical_p\":0",
                "\"min_p\":1.5",
                "\"min_p\":-1"
            })
    void aBadValueForSamplingCountsOnlyWhereSomethingIsDrawn(String field) throws Exception {
        assertThat(GenerationConfig.resolve(read("{}", "{" + field + "}"))).isEqualTo(GenerationConfig.defaults());
        assertThatThrownBy(() -> GenerationConfig.resolve(read("{}", "{\"do_sample\":true," + field + "}")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(
                        "generation_config.json: " + field.substring(1, field.indexOf('"', 1)) + " must be ");
    }

    @Test
    void topKOfMinusOneAndTemperatureZeroAreTaken() throws Exception {
        assertThat(GenerationConfig.resolve(read("{}", "{\"do_sample\":true,\"top_k\":-1}"))
                        .topK())
                .isZero();
        assertThat(GenerationConfig.resolve(read("{}", "{\"temperature\":0.0,\"do_sample\":false}"))
                        .doSample())
                .isFalse();
        assertThat(GenerationConfig.resolve(read("{}", "{\"temperature\":0}")).doSample())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | {\"eos_token_id\":-1} | names -1, but the model's token ids are 0 to 50256;",
                "{} | {\"eos_token_id\":[0,50257]} | names 50257, but the model's token ids are 0 to 50256;",
                "{} | {\"eos_token_id\":null} | is null; no token ends a sequence",
                "{\"eos_token_id\":-1} | | names -1, but",
                "{\"eos_token_id\":null} | | is null; no token ends a sequence",
                "{\"task_specific_params\":{\"text-generation\":{\"eos_token_id\":-1}}} | {\"eos_token_id\":0} | names -1, but",
            })
    void anEndTokenThatIsNeverGeneratedIsWarnedOf(String config, String generation, String warning) throws Exception {
        read(config, generation);

        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("the model's settings: eos_token_id ")
                .contains(warning);
    }

    @Test
    void anEndTokenThatATaskOverridesIsNotWarnedOf() throws Exception {
        read("{\"task_specific_params\":{\"text-generation\":{\"eos_token_id\":7}}}", "{\"eos_token_id\":-1}");
        read("{\"eos_token_id\":-1}", "{\"eos_token_id\":7}");
        read("{\"eos_token_id\":-1}", "{}");

        assertThat(warnings).isEmpty();
    }

    @Test
    void aBadValueIsRefusedWithItsPlaceUnlessItIsOverridden() throws Exception {
        List<GenerationOptions> sources = read("{}", "{\"num_beams\":1000}");
        assertThatThrownBy(() -> GenerationConfig.resolve(sources))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("generation_config.json: num_beams must be a whole number from 1 to 256 but was 1000");
        List<GenerationOptions> overridden = new ArrayList<>(sources);
        overridden.add(0, GenerationOptions.none().with(GenerationOption.NUM_BEAMS, 1));
        assertThat(GenerationConfig.resolve(overridden)).isEqualTo(GenerationConfig.defaults());
    }

    @Test
    void whatIsNoSettingIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> read("{\"task_specific_params\":{\"text-generation\":[]}}", null))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("config.json task_specific_params.text-generation: it is not an object");
        assertThatThrownBy(() -> GenerationConfig.resolve(read("{}", "{\"eos_token_id\":{\"a\":[1]}}")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("eos_token_id must be one token id or a list of them");
    }

    private List<GenerationOptions> read(String config, String generation) throws InvalidCheckpointException {
        JsonNode own = generation == null ? null : CheckpointFiles.parse(generation, "generation_config.json");
        return GenerationDefaults.read(CheckpointFiles.parse(config, "config.json"), own, GPT2, warnings);
    }
}
