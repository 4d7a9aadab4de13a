package io.promptmill.jobs.output;

/** What happens to an output folder that is not empty. */
public enum ExistingOutput {
    /** Refused, whatever is in it. */
    REFUSED,
    /** The files of an earlier run are removed. */
    OVERWRITTEN,
    /** The chunks that an earlier run of the same plan has committed are kept. */
    RESUMED,
    /** Those of them that hold no failed rows are kept. */
    RETRIED,
    /** All of it is kept, and prompts that are not in it are computed. */
    APPENDED;

    /** Whether what an earlier run has written is part of this run's output. */
    boolean continuesEarlierRun() {
        return this == RESUMED || this == RETRIED || this == APPENDED;
    }
}
