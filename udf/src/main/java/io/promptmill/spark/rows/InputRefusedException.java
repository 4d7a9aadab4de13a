package io.promptmill.spark.rows;

import io.promptmill.Problem;

/** Input columns that cannot be used; says what, why and what to do. */
public final class InputRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Problem problem;

    /** A refusal for this reason. */
    public InputRefusedException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    /** The reason. */
    public Problem problem() {
        return problem;
    }
}
