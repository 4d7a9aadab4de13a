package io.promptmill.jobs.failure;

import io.promptmill.Problem;

/** A run that is refused before anything was generated; the output is as it was. */
public final class RefusalException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;
    private final transient Problem problem;

    /** A refusal for a reason of our own. */
    public RefusalException(ExitCode exitCode, Problem problem) {
        this(exitCode, problem, null);
    }

    /** A refusal because something else has failed. */
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

    /** Of what was asked for. */
    public static RefusalException usage(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.WRONG_USAGE, new Problem(code, what, why, remedy));
    }

    /** Of the prompts. */
    public static RefusalException input(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.INPUT_REFUSED, new Problem(code, what, why, remedy));
    }

    /** Of the output folder. */
    public static RefusalException output(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.OUTPUT_REFUSED, new Problem(code, what, why, remedy));
    }
}
