package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PromptTest {
    private static final GenerationConfig CONFIG = GenerationConfig.defaults();

    @Test
    void aPromptIsTextOrTokenIds() {
        assertThat(Prompt.ofText("1", "My dream is", CONFIG).tokenIds()).isNull();
        assertThat(Prompt.ofTokenIds("1", TokenIds.of(5), CONFIG).text()).isNull();
    }

    @Test
    void anEmptyPromptIsAPrompt() {
        assertThat(Prompt.ofText("1", "", CONFIG).text()).isEmpty();
        assertThat(Prompt.ofTokenIds("1", TokenIds.of(), CONFIG).tokenIds().isEmpty())
                .isTrue();
    }

    @Test
    void textTogetherWithTokenIdsIsRefused() {
        assertThatThrownBy(() -> new Prompt("p7", "a", TokenIds.of(5), CONFIG, OptionalLong.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A prompt is either text or token ids, prompt p7 has both");
    }

    @Test
    void neitherTextNorTokenIdsIsRefused() {
        assertThatThrownBy(() -> Prompt.ofText("p7", null, CONFIG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A prompt is either text or token ids, prompt p7 has neither");
    }

    @Test
    void aPromptHasAnIdAndAConfig() {
        assertThatThrownBy(() -> Prompt.ofText(null, "a", CONFIG)).hasMessage("id");
        assertThatThrownBy(() -> Prompt.ofText("p7", "a", null)).hasMessage("config");
    }
}
