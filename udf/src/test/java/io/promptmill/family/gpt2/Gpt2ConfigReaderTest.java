package io.promptmill.family.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.checkpoint.TinyModel;
import io.promptmill.family.ModelFamilies;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Gpt2ConfigReaderTest {
    private static final ModelFamilies GPT2 = new ModelFamilies(List.of(new Gpt2Family()));

    private final List<String> warnings = new ArrayList<>();

    @Test
    void theConfigurationOfTransformersIsReadWithoutWarning() throws Exception {
        String text = Files.readString(TinyModel.folder("").resolve("config.json"));

        assertThat(GPT2.read(CheckpointFiles.parse(text, "config.json"), null, warnings))
                .isEqualTo(new Gpt2Config(512, 96, 48, 3, 4, 192, "gelu_new", 1e-5, true, false, true, 511));
        assertThat(warnings).isEmpty();
    }

    @Test
    void absentFieldsHaveTheDefaultsOfGpt2() throws Exception {
        assertThat(read(""))
                .isEqualTo(new Gpt2Config(50257, 1024, 768, 12, 12, 3072, "gelu_new", 1e-5, true, false, true, 50256));
        assertThat(read(",\"vocab_size\":10").bosTokenId()).isNull();
        assertThat(read(",\"bos_token_id\":null").bosTokenId()).isNull();
    }

    @Test
    void fieldsThatChangeTheNumbersAreRead() throws Exception {
        assertThat(read(",\"n_ctx\":64,\"hidden_size\":8,\"num_attention_heads\":2,\"num_hidden_layers\":5,"
                        + "\"n_inner\":10,\"activation_function\":\"relu\",\"layer_norm_epsilon\":0.001,"
                        + "\"scale_attn_weights\":false,\"scale_attn_by_inverse_layer_idx\":true,"
                        + "\"tie_word_embeddings\":false,\"bos_token_id\":3"))
                .isEqualTo(new Gpt2Config(50257, 64, 8, 5, 2, 10, "relu", 1e-3, false, true, false, 3));
    }

    @Test
    void theBeginTokenOfTheGenerationConfigGoesFirst() throws Exception {
        assertThat(read(",\"bos_token_id\":3", "{\"bos_token_id\":4}").bosTokenId())
                .isEqualTo(4);
        assertThat(read(",\"bos_token_id\":3", "{\"bos_token_id\":null}").bosTokenId())
                .isEqualTo(3);
        assertThat(read(",\"bos_token_id\":3", "{}").bosTokenId()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {50257, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aBeginTokenThatTheModelDoesNotHaveIsIgnoredWithAWarning(int token) throws Exception {
        String ignored = ": bos_token_id is " + token
                + ", but the model's token ids are 0 to 50256; it is ignored, and an empty prompt without a prefix is"
                + " rejected";

        assertThat(read(",\"bos_token_id\":" + token).bosTokenId()).isNull();
        assertThat(read(",\"bos_token_id\":3", "{\"bos_token_id\":" + token + "}")
                        .bosTokenId())
                .isNull();
        assertThat(warnings).containsExactly("config.json" + ignored, "generation_config.json" + ignored);
        assertThat(read(",\"bos_token_id\":" + token, "{\"bos_token_id\":3}").bosTokenId())
                .isEqualTo(3);
        assertThat(warnings).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "gelu_new, gelu_new",
        "gelu_fast, gelu_new",
        "gelu_pytorch_tanh, gelu_new",
        "gelu, gelu",
        "gelu_python, gelu",
        "relu, relu",
        "silu, silu",
        "swish, silu",
        "tanh, tanh"
    })
    void activationsGoByOneNameEach(String name, String canonical) throws Exception {
        assertThat(read(",\"activation_function\":\"" + name + "\"").activationFunction())
                .isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"add_cross_attention\":true | config.json sets add_cross_attention to 'true'",
                "\"is_encoder_decoder\":true | config.json sets is_encoder_decoder to 'true'",
                "\"pruned_heads\":{\"0\":[1]} | config.json sets pruned_heads to '{\"0\":[1]}'",
                "\"quantization_config\":{\"bits\":4} | config.json sets quantization_config",
                "\"auto_map\":{\"AutoModel\":\"a.B\"} | config.json sets auto_map",
                "\"activation_function\":\"mish\" | activation_function 'mish' is none of gelu_new",
                "\"activation_function\":7 | activation_function must be a text but is '7'",
                "\"n_head\":5 | n_head 5 does not divide n_embd 768",
                "\"n_head\":0 | n_head must be from 1 to 1048576 but is 0",
                "\"n_layer\":1000000000 | n_layer must be from 1 to 1024 but is 1000000000",
                "\"n_layer\":99999999999 | n_layer must be a whole number of 32 bits",
                "\"n_layer\":2.5 | n_layer must be a whole number of 32 bits but is '2.5'",
                "\"n_embd\":-8 | n_embd must be from 1 to 1048576 but is -8",
                "\"n_embd\":2147483646 | n_embd must be from 1 to 1048576",
                "\"vocab_size\":0 | vocab_size must be from 1",
                "\"n_positions\":\"9\" | n_positions must be a whole number of 32 bits",
                "\"n_positions\":8,\"max_position_embeddings\":9 | max_position_embeddings must be the same as n_posit",
                "\"n_inner\":0 | n_inner must be from 1",
                "\"layer_norm_epsilon\":0 | layer_norm_epsilon must be greater than 0",
                "\"layer_norm_epsilon\":1e999 | layer_norm_epsilon must be greater than 0 and at most 1 but is Inf",
                "\"layer_norm_epsilon\":\"x\" | layer_norm_epsilon must be a number",
                "\"tie_word_embeddings\":1 | tie_word_embeddings must be true or false but is '1'",
                "\"bos_token_id\":99999999999 | bos_token_id must be a whole number of 32 bits",
                "\"bos_token_id\":[0] | bos_token_id must be a whole number of 32 bits"
            })
    void aValueThatIsNotComputedIsRefusedWithTheReason(String field, String reason) {
        assertThatThrownBy(() -> read("," + field))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void anotherModelTypeIsRefused() {
        assertThatThrownBy(() -> GPT2.read(CheckpointFiles.parse("{\"model_type\":\"llama\"}", "x"), null, warnings))
                .hasMessage("checkpoint_unsupported: config.json has the model_type 'llama', "
                        + "only GPT-2 networks are computed, use a checkpoint whose model_type is gpt2");
    }

    @Test
    void withoutModelTypeTheArchitecturesDecideOrElseTheFieldsOfGpt2() throws Exception {
        assertThat(readWhole("{\"architectures\":[\"GPT2DoubleHeadsModel\"],\"n_layer\":3}")
                        .nLayer())
                .isEqualTo(3);
        assertThat(readWhole("{\"model_type\":null,\"n_embd\":8,\"n_layer\":3,\"n_head\":2}")
                        .nEmbd())
                .isEqualTo(8);
        assertThat(warnings)
                .containsExactly(
                        "config.json has no model_type and is taken for a GPT-2's by its architectures",
                        "config.json has no model_type and is taken for a GPT-2's by its fields n_embd, n_layer, n_head");

        assertThatThrownBy(() -> readWhole("{\"architectures\":[\"OPTForCausalLM\"],\"n_embd\":8}"))
                .hasMessageContaining("config.json has no model_type and the architecture 'OPTForCausalLM',");
        assertThatThrownBy(() -> readWhole("{\"n_embd\":8,\"n_layer\":3}"))
                .hasMessageContaining("no model_type, no architectures, and not all of GPT-2's fields n_embd, n_layer");
    }

    @Test
    void aContextThatDiffersFromThePositionsIsWarnedAbout() throws Exception {
        assertThat(read(",\"n_positions\":64,\"n_ctx\":64").nPositions()).isEqualTo(64);
        assertThat(warnings).isEmpty();
        assertThat(read(",\"max_position_embeddings\":64,\"n_ctx\":32").nPositions())
                .isEqualTo(64);
        assertThat(warnings).containsExactly("config.json: n_ctx is '32' and not n_positions, 64, which holds");
    }

    @Test
    void neutralFieldsAreIgnoredAndUnknownOnesNamed() throws Exception {
        read(",\"resid_pdrop\":0.5,\"torch_dtype\":\"float16\",\"id2label\":{\"0\":\"A\"},\"top_k\":5,"
                + "\"pruned_heads\":{},\"reorder_and_upcast_attn\":true,\"rope_theta\":1");

        assertThat(warnings)
                .containsExactly("config.json: the field 'rope_theta' is unknown and ignored; "
                        + "check that it does not change the model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"a\":1,\"a\":2}", "{}{}", "{\"a\":NaN}", "{'a':1}", "\u0000"})
    void jsonThatParsersReadDifferentlyIsRefused(String text) {
        assertThatThrownBy(() -> CheckpointFiles.parse(text, "config.json"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("config.json: its JSON is");
    }

    private Gpt2Config read(String fields) throws InvalidCheckpointException {
        return readWhole("{\"model_type\":\"gpt2\"" + fields + "}");
    }

    private Gpt2Config readWhole(String text) throws InvalidCheckpointException {
        return (Gpt2Config) GPT2.read(CheckpointFiles.parse(text, "config.json"), null, warnings);
    }

    private Gpt2Config read(String fields, String generation) throws InvalidCheckpointException {
        return (Gpt2Config) GPT2.read(
                CheckpointFiles.parse("{\"model_type\":\"gpt2\"" + fields + "}", "config.json"),
                CheckpointFiles.parse(generation, "generation_config.json"),
                warnings);
    }
}
