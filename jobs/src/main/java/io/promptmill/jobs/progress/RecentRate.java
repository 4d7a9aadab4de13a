package io.promptmill.jobs.progress;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast something grows, by what it was a minute ago or, in the first minute, at the start. Single-threaded. */
final class RecentRate {
    static final double WINDOW_SECONDS = 60;

    /** Within the window, but for the first. */
    private final Deque<Reading> readings = new ArrayDeque<>();

    private record Reading(double seconds, long amount) {}

    /** Begins with nothing at second 0. */
    RecentRate() {
        readings.add(new Reading(0, 0));
    }

    /**
     * The rate a second.
     *
     * @param seconds since the start, later than all before
     * @param amount that there is by now
     */
    double at(double seconds, long amount) {
        readings.add(new Reading(seconds, amount));
        while (second().seconds() <= seconds - WINDOW_SECONDS) {
            readings.remove();
        }
        Reading then = readings.element();
        return seconds <= then.seconds() ? 0 : Math.max(0, amount - then.amount()) / (seconds - then.seconds());
    }

    private Reading second() {
        var both = readings.iterator();
        both.next();
        return both.next();
    }
}
