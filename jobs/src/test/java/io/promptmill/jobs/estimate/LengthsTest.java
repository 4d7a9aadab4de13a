package io.promptmill.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LengthsTest {
    /** Of 4 sequences two end with their second token, one with its fourth, one is cut after its third. */
    private static Lengths sample() {
        Lengths some = new Lengths();
        some.end(2);
        some.cut(3);
        Lengths others = new Lengths();
        others.end(2);
        others.end(4);
        some.addAll(others);
        return some;
    }

    @Test
    void aCutSequenceCountsAsLongAsItWasSeen() {
        Survival survival = sample().survival();
        assertThat(survival.after(0)).isEqualTo(1);
        assertThat(survival.after(1)).isEqualTo(1);
        assertThat(survival.after(2)).isEqualTo(0.5);
        assertThat(survival.after(3)).isEqualTo(0.5); // not 0.25: nobody knows that it would have ended
        assertThat(survival.after(4)).isZero();
    }

    @Test
    void theMeanLengthHeedsTheLimitsOfAPrompt() {
        Survival survival = sample().survival();
        assertThat(survival.expected(1, 10)).isCloseTo(1 + 1 + 0.5 + 0.5, within(1e-12));
        assertThat(survival.expected(1, 3)).isCloseTo(2.5, within(1e-12));
        assertThat(survival.expected(3, 10)).isCloseTo(4, within(1e-12)); // of those that have at least 3
        assertThat(survival.expected(7, 7)).isEqualTo(7);
    }

    @Test
    void whatIsLongerThanTheSampleEndsAsTheLatestOfItDo() {
        Lengths lengths = new Lengths();
        lengths.end(3);
        lengths.cut(4);
        Survival survival = lengths.survival();
        // The second half has one end in 2 + 1 tokens.
        assertThat(survival.after(4)).isEqualTo(0.5);
        assertThat(survival.after(6)).isCloseTo(0.5 * 2 / 3 * 2 / 3, within(1e-12));
    }

    @Test
    void drawnLengthsFollowTheSample() {
        Survival survival = sample().survival();
        assertThat(survival.drawn(0.9, 1, 10)).isEqualTo(2);
        assertThat(survival.drawn(0.3, 1, 10)).isEqualTo(4);
        assertThat(survival.drawn(0.3, 1, 3)).isEqualTo(3);
        assertThat(survival.drawn(0.3, 5, 5)).isEqualTo(5);
    }

    @Test
    void withoutASampleNothingEndsEarly() {
        Survival survival = new Lengths().survival();
        assertThat(survival.expected(1, 20)).isEqualTo(20);
        assertThat(survival.drawn(0.01, 1, 20)).isEqualTo(20);
    }
}
