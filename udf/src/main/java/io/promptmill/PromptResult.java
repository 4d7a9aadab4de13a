package io.promptmill;

import java.util.List;
import java.util.Objects;

/**
 * What became of one prompt: every prompt has exactly one result.
 *
 * @param promptId the {@link Prompt#id()}
 * @param status ok, rejected (the row's fault) or failed (ours)
 * @param promptTokens tokens the continuation was computed from, prefix included; 0 unless ok
 * @param completions the sequences by index; empty unless ok
 * @param problem why there are no completions; null when ok
 */
public record PromptResult(
        String promptId, Status status, int promptTokens, List<Completion> completions, Problem problem) {

    /** The outcome of a prompt. */
    public enum Status {
        /** All sequences of the prompt were generated. */
        OK,
        /** The row itself cannot be accepted. */
        REJECTED,
        /** The row is good, but generating from it went wrong. */
        FAILED
    }

    public PromptResult {
        Objects.requireNonNull(promptId, "promptId");
        completions = List.copyOf(completions);
        if ((status == Status.OK) != (problem == null)) {
            throw new IllegalArgumentException(
                    "A result is ok or has a problem, not both: " + promptId + " is " + status + " with " + problem);
        }
    }

    public static PromptResult ok(String promptId, int promptTokens, List<Completion> completions) {
        return new PromptResult(promptId, Status.OK, promptTokens, completions, null);
    }

    public static PromptResult rejected(String promptId, Problem problem) {
        return new PromptResult(promptId, Status.REJECTED, 0, List.of(), problem);
    }

    public static PromptResult failed(String promptId, Problem problem) {
        return new PromptResult(promptId, Status.FAILED, 0, List.of(), problem);
    }
}
