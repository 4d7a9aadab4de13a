package io.promptmill.checkpoint;

import io.promptmill.Problem;

/** A checkpoint that cannot be used; says what, why and what to do. */
public final class InvalidCheckpointException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public InvalidCheckpointException(Problem problem) {
        this(problem, null);
    }

    public InvalidCheckpointException(Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
