package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenLengthsTest {
    @Test
    void aBucketHoldsTheLengthsFromItsLeastToTheNextOnesAndIsNeverWiderThanASixteenthOfThem() {
        for (int length = 0; length < 5000; length++) {
            int bucket = TokenLengths.bucket(length);
            int width = TokenLengths.width(length);
            assertThat(length)
                    .isGreaterThanOrEqualTo(TokenLengths.least(bucket))
                    .isLessThan(TokenLengths.least(bucket + 1));
            assertThat(TokenLengths.least(bucket + 1) - TokenLengths.least(bucket))
                    .isEqualTo(width);
            assertThat(TokenLengths.least(bucket) % width).isZero();
            assertThat(width).isLessThanOrEqualTo(Math.max(1, length / 16));
        }
        assertThat(TokenLengths.bucket(Integer.MAX_VALUE)).isEqualTo(447);
    }

    @Test
    void countsAddUpInAnyOrder() {
        TokenLengths few = new TokenLengths(5, 3, List.of(0L, 0L, 1L, 1L));
        TokenLengths more = new TokenLengths(9, 5, List.of(0L, 0L, 2L, 0L, 0L, 1L));
        assertThat(few.plus(more)).isEqualTo(new TokenLengths(14, 5, List.of(0L, 0L, 3L, 1L, 0L, 1L)));
        assertThat(more.plus(few)).isEqualTo(few.plus(more));
        assertThat(few.plus(TokenLengths.NONE)).isEqualTo(few);
        assertThat(few.plus(more).texts()).isEqualTo(5);
    }

    @Test
    void countsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new TokenLengths(0, 0, List.of(-1L))).hasMessage("lengths must be counts of texts");
        assertThatThrownBy(() -> new TokenLengths(0, 0, Collections.nCopies(449, 0L)))
                .hasMessage("lengths must be counts of texts");
    }
}
