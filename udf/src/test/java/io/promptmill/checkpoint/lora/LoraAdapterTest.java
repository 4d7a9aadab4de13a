package io.promptmill.checkpoint.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.Goldens;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.SafetensorsFileTest;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.MadeUpFamily;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamilies;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That adapters give PEFT's ids is told in PublishedFormsTest. */
final class LoraAdapterTest {
    private static final String LORA = "\"peft_type\":\"LORA\",\"r\":2";
    private static final Offset<Float> EXACT = within(1e-5f);
    private static final String MODULE = "base_model.model.transformer.h.0.attn.c_attn";

    @TempDir
    private Path temp;

    private Path adapter;
    private Path base;

    @BeforeEach
    void folders() throws IOException {
        adapter = Files.createDirectory(temp.resolve("adapter"));
        base = Files.createDirectory(temp.resolve("base"));
        copy(Goldens.path("lora/base"), base);
    }

    @Test
    void aProductIsScaledByAlphaOverRankOrItsRootAndByPatterns() throws Exception {
        // A has ones in its first column, B twos: the weights of the first row grow by 2 * rank * scaling = 4 *
        // scaling.
        assertThat(addedTo(LORA + ",\"lora_alpha\":6")).isCloseTo(4 * 6 / 2f, EXACT);
        assertThat(addedTo(LORA)).isCloseTo(4 * 8 / 2f, EXACT);
        assertThat(addedTo(LORA + ",\"lora_alpha\":6,\"use_rslora\":true"))
                .isCloseTo((float) (4 * 6 / Math.sqrt(2)), EXACT);
        assertThat(addedTo(LORA + ",\"alpha_pattern\":{\"attn\":1,\"h\\\\.0\\\\..*attn\":3,\"c_attn\":5}"))
                .isCloseTo(4 * 3 / 2f, EXACT);
        assertThat(addedTo(LORA + ",\"alpha_pattern\":{\"^transformer.h.0.attn.c_attn\":1}"))
                .isCloseTo(4 * 1 / 2f, EXACT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"peft_type\":\"IA3\" | has the peft_type 'IA3',",
                "\"peft_type\":\"LORA\",\"use_dora\":true | sets use_dora,",
                "\"peft_type\":\"LORA\",\"trainable_token_indices\":[3] | sets trainable_token_indices,",
                "\"peft_type\":\"LORA\",\"layer_replication\":[[0,1]] | sets layer_replication,",
                "\"peft_type\":\"LORA\",\"init_lora_weights\":\"pissa_niter_4\" | "
                        + "sets init_lora_weights to 'pissa_niter_4', which changes the base,"
            })
    void otherKindsOfAdaptersAreRefusedByNameWithAWayOut(String fields, String reason) throws Exception {
        write(fields, thin(2));
        assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("adapter_config.json " + reason.substring(0, 4))
                .hasMessageContaining(
                        reason + " of PEFT's adapters only plain LoRA is merged here, merge it into its base "
                                + "with PEFT's merge_and_unload, and save that with save_pretrained");
    }

    @Test
    void modulesToSaveGoByTheirPlainNamesOrByThoseOfPeftsOwnClasses() throws Exception {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("base_model.model.transformer.ln_f.modules_to_save.default.weight", List.of(16L));
        shapes.put("base_model.model.transformer.ln_f.original_module.weight", List.of(16L));
        shapes.put("base_model.model.transformer.h.0.mlp.modules_to_save.c_fc.bias", List.of(64L));
        write(LORA, shapes);
        try (Checkpoint checkpoint = Checkpoint.open(adapter, base)) {
            assertThat(checkpoint.tensor("ln_f.weight").data().getFloat(15 * 4)).isEqualTo(2);
            assertThat(checkpoint.tensor("h.0.mlp.c_fc.bias").data().getFloat(63 * 4))
                    .isEqualTo(2);
            assertThat(checkpoint.warnings()).isEmpty();
        }
    }

    @Test
    void unknownFieldsAndHeadsOfOtherUsesAreWarnedAbout() throws Exception {
        Map<String, List<Long>> shapes = new LinkedHashMap<>(thin(2));
        shapes.put("base_model.model.score.weight", List.of(2L, 16L));
        shapes.put(MODULE + ".original_module.weight", List.of(1L));
        write(LORA + ",\"target_modules\":[\"c_attn\"],\"new_kind\":{}", shapes);
        try (Checkpoint checkpoint = Checkpoint.open(adapter, base)) {
            assertThat(checkpoint.warnings())
                    .containsExactly(
                            "adapter_config.json: the field 'new_kind' is unknown and ignored; "
                                    + "check that it does not change the model",
                            "the adapter holds 'score.weight', "
                                    + "which a GPT-2 language model has no use for, so that is ignored");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "h.0.attn.c_attn.lora_A.weight 2,15 | h.0.attn.c_attn.lora_A should be [2, 16] but is [2, 15]",
                "h.0.attn.c_attn.lora_A.default.weight 2,16 | it holds 'h.0.attn.c_attn.lora_A.default.weight' twice",
                "h.0.attn.c_attn.lora_B.weight 48 | lora_B should be [48, 2] but is [48]",
                "h.0.attn.c_proj.lora_A.weight 2,16 | it holds only one of lora_A and lora_B of h.0.attn.c_proj,",
                "h.0.ln_1.lora_A.weight 2,16 | it changes 'h.0.ln_1'",
                "h.2.ln_1.weight 16 | it holds 'h.2.ln_1.weight'",
                "h.0.attn.c_attn.lora_magnitude_vector 48 | it holds 'h.0.attn.c_attn.lora_magnitude_vector'",
                "ln_f.weight 8 | ln_f.weight should be [16] but is [8]",
                "wte.weight 64,8 | wte.weight should be [64, 16] but is [64, 8]",
                "wte.weight 0,16 | the adapter's embeddings have 0 tokens: vocab_size must be from 1"
            })
    void anAdapterOfAnotherBaseIsRefused(String tensor, String reason) throws Exception {
        Map<String, List<Long>> shapes = new LinkedHashMap<>(thin(2));
        String[] nameAndShape = tensor.split(" ", -1);
        shapes.put(
                "base_model.model.transformer." + nameAndShape[0],
                Stream.of(nameAndShape[1].split(",", -1)).map(Long::valueOf).toList());
        write(LORA + ",\"target_modules\":\".*\"", shapes);
        assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(reason);
    }

    /** PEFT's {@code check_target_module_exists}; it ignores what it does not target. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"target_modules\":null | true",
                "\"target_modules\":[\"attn.c_attn\"] | true",
                "\"target_modules\":[\"c_fc\"] | false",
                "\"target_modules\":[\"attn\"] | false",
                "\"target_modules\":\"all-linear\" | true",
                "\"target_modules\":\".*h.(?P<n>0).*attn\" | true",
                "\"target_modules\":\"c_attn\" | false",
                "\"exclude_modules\":[\"c_attn\"] | false",
                "\"exclude_modules\":[\"c_fc\"] | true",
                "\"exclude_modules\":\".*attn\" | false",
                "\"exclude_modules\":\"transformer\" | true",
                "\"modules_to_save\":[\"attn\"] | false",
                "\"layers_to_transform\":[0] | true",
                "\"layers_to_transform\":1 | false",
                "\"layers_to_transform\":[1],\"target_modules\":[\"transformer.h.0.attn.c_attn\"] | true",
                "\"layers_to_transform\":0,\"layers_pattern\":\"h\" | true",
                "\"layers_to_transform\":[0],\"layers_pattern\":[\"layers\"] | false"
            })
    void productsOfModulesThatAreNotTargetedAreRefused(String fields, boolean targeted) throws Exception {
        write(LORA + "," + fields, thin(2));
        if (targeted) {
            Checkpoint.open(adapter, base).close();
        } else {
            assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                    .hasMessage("adapter_mismatch: adapter_model.safetensors is not what adapter_config.json and "
                            + "PEFT's naming describe: it changes transformer.h.0.attn.c_attn, which the configuration "
                            + "does not target, PEFT does not load such tensors, "
                            + "use the two files that save_pretrained of PEFT wrote together");
        }
    }

    /** PyTorch's Linear, unlike GPT-2's Conv1D; the modules are those of the family where the adapter names none. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"target_modules\":\"all-linear\""})
    void linearLayersOfAnotherFamilyAreStoredOutputsFirst(String targets) throws Exception {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", List.of(2L, 4L));
        shapes.put("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", List.of(6L, 2L));
        write(LORA + targets, shapes);
        List<String> warnings = new ArrayList<>();
        ModelConfig config = new ModelFamilies(List.of(new MadeUpFamily()))
                .read(CheckpointFiles.parse("{\"model_type\":\"made_up\"}", "config.json"), null, warnings);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        config.tensors()
                .tensors()
                .forEach(tensor -> tensors.put(
                        tensor.name(),
                        new Tensor(tensor.name(), DataType.F32, tensor.shape(), () -> ByteBuffer.allocate(4 * 6 * 4))));

        Map<String, Tensor> merged = LoraAdapter.read(new CheckpointFolder(adapter), config, warnings)
                .mergedInto(tensors, warnings);

        float[] rows = new float[6 * 4];
        merged.get(MadeUpFamily.MATRIX).data().asFloatBuffer().get(rows);
        // Every output grows by 2 * rank * alpha / rank at the input that A lets through.
        for (int i = 0; i < rows.length; i++) {
            assertThat(rows[i]).as("number %d", i).isEqualTo(i % 4 == 0 ? 2 * 8 : 0);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRankOtherThanTheConfigurationsIsRefused() throws Exception {
        for (String fields : List.of("\"r\":8", "\"lora_alpha\":8", "\"r\":2,\"rank_pattern\":{\"c_attn\":8}")) {
            write("\"peft_type\":\"LORA\"," + fields, thin(2));
            assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                    .hasMessageContaining(
                            "h.0.attn.c_attn.lora_A has the rank 2, and the configuration says 8, PEFT does not load");
        }
        write("\"peft_type\":\"LORA\",\"rank_pattern\":{\"h.0.attn.c_attn\":2}", thin(2));
        Checkpoint.open(adapter, base).close();
    }

    @Test
    void namesAndBiasesThatPeftDoesNotLoadAreRefused() throws Exception {
        for (String lacking : List.of("base_model.model.", "transformer.")) {
            Map<String, List<Long>> shapes = new LinkedHashMap<>();
            thin(2).forEach((name, shape) -> shapes.put(name.replace(lacking, ""), shape));
            write(LORA, shapes);
            assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                    .hasMessageContaining(
                            "the name '" + shapes.keySet().iterator().next()
                                    + "' does not begin with base_model.model.transformer., PEFT does not load");
        }
        Map<String, List<Long>> biased = thin(2);
        biased.put(MODULE + ".lora_B.bias", List.of(48L));
        write(LORA, biased);
        assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                .hasMessageContaining(
                        "h.0.attn.c_attn.lora_B has a bias, and the configuration does not set lora_bias");
    }

    /** A reloaded {@code PeftModel} has the base's head, merge_and_unload before saving another one. */
    @Test
    void productsOfATiedHeadWithEnsureWeightTyingAreRefused() throws Exception {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("base_model.model.lm_head.lora_A.weight", List.of(2L, 16L));
        shapes.put("base_model.model.lm_head.lora_B.weight", List.of(64L, 2L));
        write(LORA + ",\"ensure_weight_tying\":true,\"target_modules\":[\"wte\"]", shapes);
        assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                .hasMessageContaining("adapter_config.json sets ensure_weight_tying, and the adapter changes the tied "
                        + "lm_head, PEFT leaves that change out when it loads the adapter again");
    }

    @Test
    void aPatternThatNeverEndsIsRefused() throws Exception {
        write(LORA + ",\"alpha_pattern\":{\"(([a-z0-9._]+)+)+!\":1}", thin(2));
        assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("adapter_config.json: alpha_pattern takes more than 20000000 steps to match");
    }

    @Test
    void theBaseIsThatOfTheSameFolderOrTheNamedOneOrWhatTheAdapterNames() throws Exception {
        write(LORA + ",\"base_model_name_or_path\":\"../base\"", thin(2));
        assertThat(digest(Checkpoint.open(adapter))).isEqualTo(digest(Checkpoint.open(adapter, base)));
        write(LORA + ",\"base_model_name_or_path\":\"" + base + "\"", thin(2));
        assertThat(digest(Checkpoint.open(adapter))).isEqualTo(digest(Checkpoint.open(adapter, base)));

        write(LORA + ",\"base_model_name_or_path\":\"openai-community/gpt2\"", thin(2));
        assertThat(Checkpoint.missingBase(adapter)).contains("openai-community/gpt2");
        assertThatThrownBy(() -> Checkpoint.open(adapter))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "adapter_without_base: " + adapter + " holds a PEFT adapter and not the model that it belongs "
                                + "to, which it calls 'openai-community/gpt2', an adapter is only what is added to the weights of "
                                + "its base, and a name in a file fetches nothing from elsewhere, name the base with --base-model:"
                                + " its folder, or what the Hugging Face hub calls it");

        copy(base, adapter);
        assertThat(Checkpoint.missingBase(adapter)).isEmpty();
        try (Checkpoint checkpoint = Checkpoint.open(adapter, base)) {
            assertThat(checkpoint.warnings())
                    .containsExactly(
                            "--base-model is not used, since " + adapter + " holds the adapter and a whole model");
        }
        assertThatThrownBy(() -> Checkpoint.open(base, adapter))
                .hasMessageStartingWith(
                        "base_without_adapter: a base is given, and " + base + " holds no PEFT adapter,");
    }

    @Test
    void aBaseThatIsNotThereOrAnAdapterItselfIsNamed() throws Exception {
        Path other = Files.createDirectory(temp.resolve("other"));
        Files.writeString(other.resolve("adapter_config.json"), "{" + LORA + "}");
        String reason =
                "base_is_adapter: the base " + other + " of the adapter " + adapter + " is a PEFT adapter itself, ";
        write(LORA + ",\"base_model_name_or_path\":\"../other\"", thin(2));
        assertThatThrownBy(() -> Checkpoint.open(adapter))
                .hasMessageStartingWith(reason)
                .hasMessageEndingWith("merge that one into its base first, with PEFT's merge_and_unload, and save it "
                        + "with save_pretrained");
        assertThatThrownBy(() -> Checkpoint.open(adapter, other)).hasMessageStartingWith(reason);

        Path none = temp.resolve("none");
        assertThatThrownBy(() -> Checkpoint.open(adapter, none))
                .hasMessageStartingWith(
                        "base_missing: the base " + none + " of the adapter " + adapter + " is no folder, ");
    }

    @Test
    void theDigestCoversTheAdapterAndTheBase() throws Exception {
        write(LORA, thin(2));
        String original = digest(Checkpoint.open(adapter, base));
        for (Path file : List.of(
                adapter.resolve("adapter_config.json"),
                adapter.resolve("adapter_model.safetensors"),
                base.resolve("config.json"),
                base.resolve("model.safetensors"))) {
            byte[] bytes = Files.readAllBytes(file);
            if (file.toString().endsWith(".json")) {
                Files.writeString(file, " " + new String(bytes, StandardCharsets.UTF_8));
            } else {
                byte[] changed = bytes.clone();
                changed[bytes.length - 1] ^= 1;
                Files.write(file, changed);
            }
            assertThat(digest(Checkpoint.open(adapter, base)))
                    .as(file.toString())
                    .isNotEqualTo(original);
            Files.write(file, bytes);
        }
        assertThat(digest(Checkpoint.open(adapter, base))).isEqualTo(original);

        copy(base, adapter);
        String together = digest(Checkpoint.open(adapter));
        write(LORA + ",\"lora_alpha\":9", thin(2));
        assertThat(digest(Checkpoint.open(adapter))).isNotEqualTo(together);
    }

    @Test
    void theTokenizerIsTheAdaptersOwnOrElseThatOfTheBase() throws Exception {
        write(LORA, thin(2));
        Files.writeString(base.resolve("tokenizer.json"), "{}");
        try (Checkpoint checkpoint = Checkpoint.open(adapter, base)) {
            assertThat(checkpoint.tokenizerFolder().path()).isEqualTo(base);
        }
        Files.writeString(adapter.resolve("tokenizer.json"), "{}");
        try (Checkpoint checkpoint = Checkpoint.open(adapter, base)) {
            assertThat(checkpoint.tokenizerFolder().path()).isEqualTo(adapter);
        }
    }

    @Test
    void anAdapterWithoutWeightsIsRefused() throws Exception {
        Files.writeString(adapter.resolve("adapter_config.json"), "{" + LORA + "}");
        assertThatThrownBy(() -> Checkpoint.open(adapter, base))
                .hasMessageContaining("the adapter has neither adapter_model.safetensors nor adapter_model.bin,");
    }

    /** By how much the first row of the module's weight grows. */
    private float addedTo(String fields) throws Exception {
        write(fields, thin(2));
        try (Checkpoint plain = Checkpoint.open(base);
                Checkpoint merged = Checkpoint.open(adapter, base)) {
            ByteBuffer before = plain.tensor("h.0.attn.c_attn.weight").data();
            ByteBuffer after = merged.tensor("h.0.attn.c_attn.weight").data();
            float added = after.getFloat(0) - before.getFloat(0);
            for (int i = 1; i < 48 * 16; i++) {
                float other = after.getFloat(4 * i) - before.getFloat(4 * i);
                assertThat(other).isCloseTo(i < 48 ? added : 0, EXACT);
            }
            return added;
        }
    }

    private static Map<String, List<Long>> thin(long rank) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put(MODULE + ".lora_A.weight", List.of(rank, 16L));
        shapes.put(MODULE + ".lora_B.weight", List.of(48L, rank));
        return shapes;
    }

    private static String digest(Checkpoint opened) throws Exception {
        try (Checkpoint checkpoint = opened) {
            return checkpoint.digest();
        }
    }

    /** An adapter whose A has ones in the first column, and whose other tensors are full of twos. */
    private void write(String fields, Map<String, List<Long>> shapes) throws IOException {
        Files.writeString(adapter.resolve("adapter_config.json"), "{" + fields + "}");
        List<String> header = new ArrayList<>();
        ByteBuffer values = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        shapes.forEach((name, shape) -> {
            int begin = values.position();
            long columns = shape.get(shape.size() - 1);
            for (long i = 0; i < StoredTensor.elements(shape); i++) {
                values.putFloat(name.contains("lora_A") ? (i % columns == 0 ? 1 : 0) : 2);
            }
            header.add("\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + ","
                    + values.position() + "]}");
        });
        byte[] head = SafetensorsFileTest.file("{" + String.join(",", header) + "}", 0);
        Files.write(
                adapter.resolve("adapter_model.safetensors"),
                ByteBuffer.allocate(head.length + values.position())
                        .put(head)
                        .put(values.flip())
                        .array());
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }
}
