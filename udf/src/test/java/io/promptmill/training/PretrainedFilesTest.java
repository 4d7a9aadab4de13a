package io.promptmill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.Goldens;
import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.family.Dropout;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.model.CompiledModels;
import io.promptmill.model.LoadedModel;
import io.promptmill.model.NetworkMeter;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trained model as a folder that others open. */
class PretrainedFilesTest {
    private static final Map<String, Object> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put("do_sample", true);
        SETTINGS.put("max_length", 160);
        SETTINGS.put("prefix", "<|endoftext|>");
    }

    @TempDir
    private Path folder;

    /** A tied head and two of their own, a file of float64 and one without model_type or architectures, an adapter. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "forms/gpt2",
                "forms/untied",
                "forms/head-differs",
                "forms/float64",
                "forms/transposed",
                "lora/patterns"
            })
    void whatWasTrainedIsOpenedAndGivesTheLossItWasTrainedTo(String form) throws Exception {
        TokenBlocks blocks = TrainingModels.blocks(0, 1, 20, 60);
        Path parent = Goldens.path(form);
        double loss;
        List<String> warnings;
        try (Checkpoint checkpoint = Checkpoint.open(parent);
                TrainingModel model = TrainingModels.load(parent, Dropout.NONE, 1)) {
            model.accumulate(blocks, 1);
            model.update(AdamW.DEFAULTS, 1e-2);
            loss = model.loss(blocks);
            warnings = checkpoint.warnings();
            TrainingModels.write(model, DataType.F32, folder);
            write(PretrainedFiles.of(checkpoint, DataType.F32, SETTINGS));
        }

        try (LoadedModel model = CompiledModels.load(folder);
                NetworkMeter meter = new NetworkMeter(model)) {
            assertThat(crossEntropy(meter, blocks.blocks().get(0))).isCloseTo(loss, within(1e-5));
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.warnings()).isSubsetOf(warnings);
            assertThat(checkpoint.generationDefaults().get(0).toString()).contains("160");
        }
    }

    private static double crossEntropy(NetworkMeter meter, TokenIds ids) {
        List<double[]> logits = meter.logits(ids);
        double sum = 0;
        for (int at = 0; at + 1 < ids.size(); at++) {
            double[] row = logits.get(at);
            double total = Arrays.stream(row).map(Math::exp).sum();
            sum += Math.log(total) - row[ids.at(at + 1)];
        }
        return sum / (ids.size() - 1);
    }

    private void write(SortedMap<String, byte[]> files) throws Exception {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    @Test
    void configurationsSayWhatTheModelIsNow() throws Exception {
        Path parent = Goldens.resource("/io/promptmill/sample-model");
        try (Checkpoint checkpoint = Checkpoint.open(parent)) {
            SortedMap<String, byte[]> files = PretrainedFiles.of(checkpoint, DataType.BF16, SETTINGS);

            JsonNode config = new ObjectMapper().readTree(files.get("config.json"));
            assertThat(config.get("torch_dtype").textValue()).isEqualTo("bfloat16");
            assertThat(config.has("dtype")).isFalse();
            assertThat(config.get("n_layer").intValue()).isEqualTo(6);
            assertThat(config.get("architectures").toString()).isEqualTo("[\"GPT2LMHeadModel\"]");
            assertThat(config.at("/task_specific_params/text-generation").toString())
                    .isEqualTo("{\"do_sample\":true,\"max_length\":160,\"prefix\":\"<|endoftext|>\"}");
            assertThat(new ObjectMapper()
                            .readTree(files.get("generation_config.json"))
                            .toString())
                    .isEqualTo("{\"bos_token_id\":0,\"eos_token_id\":0,\"do_sample\":true,\"max_length\":160}");
            for (String name : List.of("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt")) {
                assertThat(files.get(name)).as(name).isEqualTo(Files.readAllBytes(parent.resolve(name)));
            }
        }
    }

    /** tokenizer.json, and vocab.json with merges.txt alone. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void addedTokensAreFoundInTextsAndBeginWithTheMeanOfAllEmbeddings(boolean hasTokenizerJson) throws Exception {
        Path parent = Files.createDirectory(folder.resolve("parent"));
        Path sample = Goldens.resource("/io/promptmill/sample-model");
        List<String> files = List.of("config.json", "model.safetensors", "vocab.json", "merges.txt");
        for (String file : hasTokenizerJson ? List.of("tokenizer.json", "tokenizer_config.json") : List.<String>of()) {
            Files.copy(sample.resolve(file), parent.resolve(file));
        }
        for (String file : files) {
            Files.copy(sample.resolve(file), parent.resolve(file));
        }
        Path grown = Files.createDirectory(folder.resolve("grown"));
        float[] old;
        try (Checkpoint checkpoint = Checkpoint.open(parent)) {
            AddedTokens.write(checkpoint, List.of("<|user|>", "<|endoftext|>", "<|bot|>", "<|user|>"), grown);
            old = floats(checkpoint);
        }

        try (Checkpoint checkpoint = Checkpoint.open(grown)) {
            assertThat(checkpoint.warnings()).isEmpty();
            assertThat(checkpoint.shape().vocabulary()).isEqualTo(4098);
            float[] found = floats(checkpoint);
            assertThat(Arrays.copyOf(found, old.length)).isEqualTo(old);
            int width = old.length / 4096;
            for (int i = 0; i < width; i++) {
                double sum = 0;
                for (int row = 0; row < 4096; row++) {
                    sum += old[width * row + i];
                }
                assertThat((double) found[old.length + i]).isCloseTo(sum / 4096, within(1e-7));
                assertThat(found[old.length + width + i]).isEqualTo(found[old.length + i]);
            }
        }
        try (Tokenizer tokenizer = new Tokenizer(
                TokenizerDefinition.read(new CheckpointFolder(grown)).orElseThrow())) {
            assertThat(tokenizer.encode("<|user|>Hi<|bot|>").toArray())
                    .startsWith(4096)
                    .endsWith(4097);
            assertThat(tokenizer.decode(TokenIds.of(4096, 4097))).isEmpty();
        }
    }

    private static float[] floats(Checkpoint checkpoint) throws Exception {
        FloatBuffer weights = checkpoint.tensor("wte.weight").asFloat32().data().asFloatBuffer();
        float[] values = new float[weights.remaining()];
        weights.get(values);
        return values;
    }
}
