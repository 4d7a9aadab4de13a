package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AmountTest {

    @Test
    void oneThingHasNoPluralAndNoThingsHaveOne() {
        assertThat(Amount.of(1, "prompt")).isEqualTo("1 prompt");
        assertThat(Amount.of(0, "prompt")).isEqualTo("0 prompts");
        assertThat(Amount.of(1_234_567, "row")).isEqualTo("1,234,567 rows");
    }
}
