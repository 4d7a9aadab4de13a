package io.promptmill.jobs.session;

import io.promptmill.jobs.failure.ExitCode;

/**
 * A driver has ended other than well, and its process must not exit by itself. There is no stack trace: what led here has been
 * told.
 */
final class DriverFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DriverFailedException(ExitCode code, String reason) {
        super("exit code " + code.number() + ": " + reason, null, false, false);
    }
}
