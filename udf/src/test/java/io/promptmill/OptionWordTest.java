package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.generation.LongPromptPolicy;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OptionWordTest {
    @Test
    void aConstantIsSpelledInLowerCaseWithDashesAndFoundByThatAlone() {
        assertThat(OptionWord.of(LongPromptPolicy.TRUNCATE_LEFT)).isEqualTo("truncate-left");
        assertThat(OptionWord.find(LongPromptPolicy.class, "truncate-left")).hasValue(LongPromptPolicy.TRUNCATE_LEFT);
        assertThat(OptionWord.find(LongPromptPolicy.class, "TRUNCATE_LEFT")).isEmpty();
        assertThat(OptionWord.find(LongPromptPolicy.class, "truncate_left")).isEmpty();
    }

    @Test
    void aWordThatIsNoneIsRefusedWithThoseThereAre() {
        assertThat(OptionWord.require(LongPromptPolicy.class, "on_long_prompt", "reject"))
                .isEqualTo(LongPromptPolicy.REJECT);
        for (String word : Arrays.asList("rejected", "", null)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OptionWord.require(LongPromptPolicy.class, "on_long_prompt", word))
                    .withMessage("on_long_prompt must be one of reject, truncate-left, truncate-right but was " + word);
        }
    }
}
