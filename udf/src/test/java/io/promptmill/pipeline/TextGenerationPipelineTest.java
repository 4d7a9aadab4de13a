package io.promptmill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.Goldens;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.SmallHub;
import io.promptmill.pretrained.TestVersions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextGenerationPipelineTest {
    private static TextGenerationPipeline generator;

    @BeforeAll
    static void load() throws Exception {
        generator = TextGenerationPipeline.of(
                Goldens.resource("/io/promptmill/sample-model").toString());
    }

    @AfterAll
    static void close() {
        generator.close();
    }

    @Test
    void fiveContinuationsOfMyDreamIsDifferAndBeginWithIt() {
        List<String> texts = generator.generate("My dream is", Map.of("num_return_sequences", 5));
        assertThat(texts).hasSize(5).doesNotHaveDuplicates().allMatch(text -> text.startsWith("My dream is "));
    }

    @Test
    void theSameCallGivesTheSameTextsAndAnotherSeedOthers() {
        List<String> texts = generator.generate("The moon", Map.of("num_return_sequences", 3));
        assertThat(generator.generate("The moon", Map.of("num_return_sequences", 3)))
                .isEqualTo(texts);
        assertThat(generator.withSeed(1).generate("The moon", Map.of("num_return_sequences", 3)))
                .isNotEqualTo(texts);
    }

    @Test
    void aLoadedModelDoesNotDependOnItsFilesAnyMore(@TempDir Path folder) throws Exception {
        Path sample = Goldens.resource("/io/promptmill/sample-model");
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(sample.resolve(file), folder.resolve(file));
        }
        try (TextGenerationPipeline loaded = TextGenerationPipeline.of(folder.toString())) {
            List<String> texts = loaded.generate("The moon", Map.of("max_new_tokens", 8));
            Files.write(folder.resolve("model.safetensors"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
            Files.delete(folder.resolve("tokenizer.json"));
            assertThat(loaded.generate("The moon", Map.of("max_new_tokens", 8))).isEqualTo(texts);
        }
    }

    @Test
    void aVersionOfAModelIsLoadedByItsName(@TempDir Path models) throws Exception {
        Path sample = Goldens.resource("/io/promptmill/sample-model");
        Path best = TestVersions.publish(models.resolve("alice"), 1, 3.1, TestVersions.HELD_OUT);
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(sample.resolve(file), best.resolve(file));
        }
        TestVersions.publish(models.resolve("alice"), 2, 3.2, TestVersions.HELD_OUT);
        try (TextGenerationPipeline loaded = TextGenerationPipeline.of(models + "/alice@best")) {
            assertThat(loaded.generate("The moon", Map.of("max_new_tokens", 8)))
                    .isEqualTo(generator.generate("The moon", Map.of("max_new_tokens", 8)));
        }
        assertThatThrownBy(() -> TextGenerationPipeline.of(models + "/alice@v3"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("version_missing: there is no version v3 in " + models
                        + "/alice, its versions are" + " v1, v2, ");
    }

    @Test
    void aModelOfTheHubIsLoadedByItsName() throws Exception {
        try (SmallHub hub = new SmallHub("sample-of-the-hub")
                .with(
                        Goldens.resource("/io/promptmill/sample-model"),
                        "config.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json")) {
            hub.intoCacheOfThisProcess();
        }
        try (TextGenerationPipeline loaded = TextGenerationPipeline.of("sample-of-the-hub@main")) {
            assertThat(loaded.generate("The moon", Map.of("max_new_tokens", 8)))
                    .isEqualTo(generator.generate("The moon", Map.of("max_new_tokens", 8)));
        }
        assertThatThrownBy(() -> TextGenerationPipeline.of("sample-of-the-hub@v2"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("hub_offline: the model sample-of-the-hub@v2 is not in the cache ");
    }

    @Test
    void whereTheCheckpointSetsNothingThePipelinesDefaultsHold(@TempDir Path folder) throws Exception {
        Path sample = Goldens.resource("/io/promptmill/sample-model");
        for (String file : List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(sample.resolve(file), folder.resolve(file));
        }
        ObjectNode fields = (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(sample.resolve("config.json")));
        fields.remove("task_specific_params");
        Files.writeString(folder.resolve("config.json"), fields.toString());
        try (TextGenerationPipeline bare = TextGenerationPipeline.of(folder.toString())) {
            assertThat(bare.generate("The moon", Map.of("max_new_tokens", 20)))
                    .isEqualTo(bare.generate(
                            "The moon", Map.of("max_new_tokens", 20, "do_sample", true, "temperature", 0.7)))
                    .isNotEqualTo(bare.generate("The moon", Map.of("max_new_tokens", 20, "temperature", 1.5)))
                    .isNotEqualTo(bare.generate("The moon", Map.of("max_new_tokens", 20, "do_sample", false)));
            assertThatThrownBy(() -> bare.generate("The moon"))
                    .hasMessageStartingWith(
                            "prompt_too_long: the prompt has 2 tokens and the prefix 0, max_new_tokens is"
                                    + " 256 and the model has 256 positions, ");
        }
    }

    @Test
    void greedySearchGivesTheTextOfTransformers() {
        assertThat(generator.generate("My dream is", Map.of("do_sample", false, "max_new_tokens", 40)))
                .containsExactly("My dream is a good deal of life. I'm not a good deal of my life.");
    }

    @Test
    void temperatureZeroIsGreedyOverAModelThatSamples() {
        List<String> greedy = generator.generate("My dream is", Map.of("do_sample", false, "max_new_tokens", 40));

        assertThat(generator.generate("My dream is", Map.of("temperature", 0, "max_new_tokens", 40)))
                .isEqualTo(greedy);
        assertThat(generator.generate("My dream is", Map.of("temperature", 0, "top_k", -1, "max_new_tokens", 40)))
                .isEqualTo(greedy);
        assertThatThrownBy(() -> generator.generate("x", Map.of("temperature", 0, "do_sample", true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("temperature 0 is greedy search but do_sample is true");
    }

    @Test
    void unknownSettingsAndPromptsThatDoNotFitAreRefusedByName() {
        assertThatThrownBy(() -> generator.generate("x", Map.of("max_tokens", 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no generation setting max_tokens: use Hugging Face's names, such as"
                        + " max_new_tokens");
        assertThatThrownBy(() -> generator.generate("x", Map.of("max_new_tokens", 1000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prompt_too_long: the prompt has 1 tokens and the prefix 1, max_new_tokens is"
                        + " 1000 and the model has 256 positions, ");
    }

    @Test
    void aCheckpointWithoutTokenizerIsRefused() {
        assertThatThrownBy(() -> TextGenerationPipeline.of(Goldens.path("tiny").toString()))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("no_tokenizer: ");
    }
}
