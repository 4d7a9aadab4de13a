package io.promptmill.jobs.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            value = {
                "0 : 400 : 0 100 200 300 400",
                "5 : 400 : 0 100 200 300 400",
                "2.71 : 4.61 : 2.5 3 3.5 4 4.5 5",
                "0 : 1.372e-4 : 0 5e-5 1e-4 1.5e-4",
                "0 : 100000 : 0 20,000 40,000 60,000 80,000 100,000",
                "-1 : 1 : -1 -0.5 0 0.5 1",
                "7 : 7 : 2 4 6 8 10 12",
                "0 : 0 : -1 -0.5 0 0.5 1",
                "0 : 3e8 : 0 1e8 2e8 3e8",
                "0.1 : 0.3 : 0.1 0.15 0.2 0.25 0.3",
                "1e-300 : 2e-300 : 1e-300 1.2e-300 1.4e-300 1.6e-300 1.8e-300 2e-300"
            })
    void anAxisHasRoundNumbersAroundItsValues(double least, double greatest, String labels) {
        Ticks ticks = Ticks.around(least, greatest, 5);
        assertThat(String.join(" ", ticks.values().stream().map(ticks::label).toList()))
                .isEqualTo(labels);
        assertThat(ticks.first()).isLessThanOrEqualTo(least);
        assertThat(ticks.last()).isGreaterThanOrEqualTo(greatest);
    }
}
