package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProblemCountTest {
    private static final ProblemCount LONG_7 = new ProblemCount("rejected", "prompt_too_long", 2, "7", "of 7");
    private static final ProblemCount LONG_12 = new ProblemCount("rejected", "prompt_too_long", 3, "12", "of 12");
    private static final ProblemCount FAILED = new ProblemCount("failed", "no_valid_token", 1, "a", "of a");

    @Test
    void promptsOfOneKindAreAddedUpAndTheLeastIdSpeaksForThem() {
        ProblemCount both = new ProblemCount("rejected", "prompt_too_long", 5, "12", "of 12");
        assertThat(ProblemCount.sum(List.of(LONG_7, FAILED), List.of(LONG_12))).containsExactly(FAILED, both);
        assertThat(ProblemCount.sum(List.of(LONG_12), List.of(FAILED, LONG_7))).containsExactly(FAILED, both);
        assertThat(ProblemCount.sum(List.of(), List.of())).isEmpty();
    }

    @Test
    void aCodeThatRejectsOneAndFailsAnotherIsTwoKinds() {
        ProblemCount rejected = new ProblemCount("rejected", "no_valid_token", 1, "b", "of b");
        assertThat(ProblemCount.sum(List.of(rejected), List.of(FAILED))).containsExactly(FAILED, rejected);
    }
}
