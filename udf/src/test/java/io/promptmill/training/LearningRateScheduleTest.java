package io.promptmill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rates of {@code get_scheduler} of transformers 5.24 with a peak of 0.001, 4 steps of warm-up and 20 in all. */
class LearningRateScheduleTest {
    @ParameterizedTest
    @CsvSource({
        "COSINE, 0, 0",
        "COSINE, 3, 0.00075",
        "COSINE, 4, 0.001",
        "COSINE, 9, 0.000777785116509801",
        "COSINE, 12, 0.0005",
        "COSINE, 19, 9.607359798384785e-06",
        "COSINE, 20, 0",
        "LINEAR, 2, 0.0005",
        "LINEAR, 9, 0.0006875",
        "LINEAR, 20, 0",
        "CONSTANT, 1, 0.00025",
        "CONSTANT, 4, 0.001",
        "CONSTANT, 30, 0.001"
    })
    void ratesAreThoseOfTransformers(LearningRateSchedule.Type type, long step, double rate) {
        assertThat(new LearningRateSchedule(type, 1e-3, 4, 20).at(step)).isCloseTo(rate, within(1e-15));
    }

    @Test
    void withoutWarmUpTheFirstStepHasThePeak() {
        assertThat(new LearningRateSchedule(LearningRateSchedule.Type.COSINE, 1.372e-4, 0, 10).at(0))
                .isEqualTo(1.372e-4);
        assertThat(new LearningRateSchedule(LearningRateSchedule.Type.LINEAR, 1.372e-4, 0, 0).at(0))
                .isZero();
    }

    @Test
    void whatIsNoRateIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LearningRateSchedule(LearningRateSchedule.Type.LINEAR, Double.NaN, 0, 1))
                .withMessageContaining("learning_rate must be at least 0 but is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LearningRateSchedule(LearningRateSchedule.Type.LINEAR, 1, -1, 1));
    }
}
