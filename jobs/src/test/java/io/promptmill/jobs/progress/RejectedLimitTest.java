package io.promptmill.jobs.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RejectedLimitTest {

    @Test
    void aNumberIsPassedByOneMoreWhateverIsStillToCome() {
        RejectedLimit limit = RejectedLimit.of("2");
        assertThat(limit.isPassed(2)).isFalse();
        assertThat(limit.isPassed(3)).isTrue();
        assertThat(limit.isPassed(3, 1_000_000)).isTrue();
        assertThat(limit.isPassed(2, 2)).isFalse();
        assertThat(RejectedLimit.of("0").isPassed(1)).isTrue();
        assertThat(limit.passedBy(3)).isEqualTo("--max-rejected 2 is passed with 3 rejected");
    }

    @Test
    void aPercentageIsPassedOnlyAtTheEndAndExactly() {
        RejectedLimit limit = RejectedLimit.of("0.1%");
        assertThat(limit.isPassed(Long.MAX_VALUE)).isFalse();
        assertThat(limit.isPassed(3, 3000)).isFalse();
        assertThat(limit.isPassed(4, 3000)).isTrue();
        assertThat(limit).hasToString("0.1%");
        assertThat(RejectedLimit.of("0%").isPassed(0, 0)).isFalse();
        assertThat(RejectedLimit.of("0%").isPassed(1, 1000)).isTrue();
        assertThat(RejectedLimit.of("100 %").isPassed(1000, 1000)).isFalse();
    }

    @Test
    void noneIsNeverPassed() {
        assertThat(RejectedLimit.of("none")).isEqualTo(RejectedLimit.NONE).hasToString("none");
        assertThat(RejectedLimit.NONE.isPassed(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "many", "5 percent", "%", "101%", "100.1%", "1e3", "-5%", "9999999999999999999"})
    void whatIsNeitherIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RejectedLimit.of(text))
                .withMessageStartingWith("it must be ");
    }
}
