package io.promptmill.jobs;

import io.promptmill.Problem;

/** A run that is refused before anything was generated; the output is as it was. */
public final class RefusalException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;
    private final transient Problem problem;

    public RefusalException(ExitCode exitCode, Problem problem) {
        this(exitCode, problem, null);
    }

    public RefusalException(ExitCode exitCode, Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.exitCode = exitCode;
        this.problem = problem;
    }

    /** What the process exits with. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** What is wrong, why, and what to do. */
    public Problem problem() {
        return problem;
    }

    static RefusalException usage(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.WRONG_USAGE, new Problem(code, what, why, remedy));
    }

    static RefusalException input(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.INPUT_REFUSED, new Problem(code, what, why, remedy));
    }

    static RefusalException output(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.OUTPUT_REFUSED, new Problem(code, what, why, remedy));
    }
}
