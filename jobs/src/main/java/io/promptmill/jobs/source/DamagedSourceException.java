package io.promptmill.jobs.source;

import java.io.IOException;

/** A file that cannot be read beyond some row; the message says why, without a word of the row. */
final class DamagedSourceException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedSourceException(String message) {
        super(message);
    }
}
