package io.promptmill.jobs.bench;

/**
 * Lets all tasks do the same number of rounds: one more begins as long as there is time, and whoever lags behind follows.
 * Thread-safe.
 */
final class Rounds {
    private final long start = System.nanoTime();
    private final double seconds;
    private int begun;

    /** At least one round, and more until that much time has passed. */
    Rounds(double seconds) {
        this.seconds = seconds;
    }

    /** Whether the round of that number, counted from 0, takes place. */
    synchronized boolean begins(int round) {
        boolean begins = round < begun || round == 0 || (System.nanoTime() - start) / 1e9 < seconds;
        if (begins) {
            begun = Math.max(begun, round + 1);
        }
        return begins;
    }

    /** How many took place. */
    synchronized int count() {
        return begun;
    }
}
