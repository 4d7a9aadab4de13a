package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.generation.LongPromptPolicy;
import org.junit.jupiter.api.Test;

class OptionWordTest {
    @Test
    void aConstantIsSpelledInLowerCaseWithDashesAndFoundByThatAlone() {
        assertThat(OptionWord.of(LongPromptPolicy.TRUNCATE_LEFT)).isEqualTo("truncate-left");
        assertThat(OptionWord.find(LongPromptPolicy.class, "truncate-left")).hasValue(LongPromptPolicy.TRUNCATE_LEFT);
        assertThat(OptionWord.find(LongPromptPolicy.class, "TRUNCATE_LEFT")).isEmpty();
        assertThat(OptionWord.find(LongPromptPolicy.class, "truncate_left")).isEmpty();
    }
}
