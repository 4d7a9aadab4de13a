package io.promptmill.jobs.lease;

import java.io.IOException;

/** Another driver holds the output folder now; this one must write nothing more. */
public final class LeaseLostException extends IOException {
    private static final long serialVersionUID = 1;

    LeaseLostException(String message) {
        super(message);
    }
}
