package io.promptmill.jobs.failure;

import java.io.IOException;

/** A run that nobody refused and that could not be finished; its temporary files are gone. */
public final class RunFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final String left;

    /** A failure; {@code left} says what is in the output folder. */
    public RunFailedException(String left, Throwable cause) {
        super(cause.getMessage(), cause);
        this.left = left;
    }

    /** What is in the output folder now, in words. */
    public String left() {
        return left;
    }
}
