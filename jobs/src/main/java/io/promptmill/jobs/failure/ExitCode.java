package io.promptmill.jobs.failure;

/** What the process exits with; part of the contract with schedulers. */
public enum ExitCode {
    /** Every prompt has an outcome; some rows may be rejected. */
    DONE(0),
    /** Anything that has no code of its own. */
    OTHER_FAILURE(1),
    /** An option is unknown, wrong, missing or contradicts another. */
    WRONG_USAGE(2),
    /** The input cannot be read, or its columns or ids do not fit. */
    INPUT_REFUSED(3),
    /** The model folder cannot be used. */
    MODEL_REFUSED(4),
    /** The output folder cannot be used. */
    OUTPUT_REFUSED(5),
    /** Done, but some rows failed for no fault of their own. */
    DONE_WITH_FAILED_ROWS(6),
    /** Interrupted; the same command with {@code --resume} continues. */
    INTERRUPTED(7),
    /** More prompts were rejected than {@code --max-rejected} allows. */
    TOO_MANY_REJECTED(8),
    /** Two outputs were compared, and they differ. */
    DIFFERENT(9);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number the process exits with. */
    public int number() {
        return number;
    }
}
