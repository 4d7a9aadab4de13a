package io.promptmill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Goldens;
import io.promptmill.checkpoint.InvalidCheckpointException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
    void greedySearchGivesTheTextOfTransformers() {
        assertThat(generator.generate("My dream is", Map.of("do_sample", false, "max_new_tokens", 40)))
                .containsExactly("My dream is a good thing to do it.");
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
