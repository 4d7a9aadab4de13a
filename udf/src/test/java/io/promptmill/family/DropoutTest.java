package io.promptmill.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DropoutTest {
    @Test
    void isToldAsOneNumberWhereItIsTheSameAtAllPlaces() {
        assertThat(Dropout.everywhere(0.1)).hasToString("0.1");
        assertThat(new Dropout(0.1, 0.1, 0)).hasToString("embd_pdrop 0.1, resid_pdrop 0.1, attn_pdrop 0.0");
    }

    @Test
    void aShareOfAllNumbersIsRefused() {
        assertThatThrownBy(() -> new Dropout(0, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resid_pdrop must be from 0 and below 1 but is 1.0");
        assertThatThrownBy(() -> Dropout.everywhere(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("embd_pdrop must be from 0 and below 1 but is NaN");
    }
}
