package io.promptmill.generation;

import io.promptmill.Problem;

/** A prompt that cannot be continued, for a reason of its own. */
final class RejectedPromptException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    RejectedPromptException(String code, String what, String why, String remedy) {
        super(code);
        this.problem = new Problem(code, what, why, remedy);
    }

    Problem problem() {
        return problem;
    }
}
