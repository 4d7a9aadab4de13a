package io.promptmill.hub;

import java.io.InterruptedIOException;
import java.util.function.LongConsumer;

/**
 * When what failed is tried again: five times, after 1, 2, 4, 8 and 8 seconds ({@code http_backoff} of huggingface_hub).
 * Immutable.
 *
 * @param sleep lets so many seconds pass
 */
record Retries(LongConsumer sleep) {
    private static final int MAX = 5;
    private static final long MAX_WAIT = 8;

    /** The hub's limits are for five minutes. */
    private static final long LONGEST = 330;

    /** In real time. */
    static Retries inRealTime() {
        return new Retries(seconds -> {
            try {
                Thread.sleep(seconds * 1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether it has failed too often. */
    boolean areUsedUp(int failures) {
        return failures > MAX;
    }

    /** Seconds until the next try, where nobody asks for more. */
    long wait(int failures) {
        return Math.min(MAX_WAIT, 1L << Math.min(failures - 1, 30));
    }

    /** Whether nobody waits as long as that. */
    boolean isTooLong(long seconds) {
        return seconds > LONGEST;
    }

    /** Lets time pass. */
    void pause(long seconds) throws InterruptedIOException {
        sleep.accept(seconds);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while it waited for the hub");
        }
    }
}
