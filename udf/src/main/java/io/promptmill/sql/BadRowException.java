package io.promptmill.sql;

/** A row that a function cannot continue ends its query; the message names the row and says what to do. */
public final class BadRowException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadRowException(String message) {
        super(message);
    }
}
