package io.promptmill.spark.rows;

import io.promptmill.OptionWord;
import io.promptmill.PromptResult;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The prompts that were rejected, or failed, for reasons of one kind. Immutable.
 *
 * @param status as in the output: {@code rejected} or {@code failed}
 * @param code that of their {@link io.promptmill.Problem}
 * @param prompts how many they are
 * @param firstId the least of their canonical ids, as a text
 * @param firstError what the column {@code error} says of that one
 */
public record ProblemCount(String status, String code, long prompts, String firstId, String firstError)
        implements Serializable {
    public ProblemCount {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(firstId, "firstId");
        Objects.requireNonNull(firstError, "firstError");
    }

    /** That of a single prompt, which is not ok. */
    static ProblemCount of(PromptResult result) {
        return new ProblemCount(
                OptionWord.of(result.status()),
                result.problem().code(),
                1,
                result.promptId(),
                result.problem().toString());
    }

    /** Those of both, one for each status and code; the same in whatever order they come. */
    public static List<ProblemCount> sum(List<ProblemCount> some, List<ProblemCount> others) {
        TreeMap<String, ProblemCount> sums = new TreeMap<>();
        some.forEach(count -> sums.merge(count.key(), count, ProblemCount::plus));
        others.forEach(count -> sums.merge(count.key(), count, ProblemCount::plus));
        return List.copyOf(sums.values());
    }

    private String key() {
        return status + " " + code;
    }

    private ProblemCount plus(ProblemCount other) {
        ProblemCount first = other.firstId.compareTo(firstId) < 0 ? other : this;
        return new ProblemCount(status, code, prompts + other.prompts, first.firstId, first.firstError);
    }
}
