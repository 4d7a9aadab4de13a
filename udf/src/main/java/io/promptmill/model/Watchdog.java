package io.promptmill.model;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Acts when a native call does not return in time: Java itself cannot end one. Thread-safe; its thread is a daemon and
 * lives as long as the process.
 */
public final class Watchdog {
    private final Duration limit;
    private final Consumer<String> onHang;
    private final ScheduledThreadPoolExecutor alarms;

    /**
     * A watchdog.
     *
     * @param limit how long one call may take
     * @param onHang told the name of a call that takes longer, from the watchdog's thread
     */
    public Watchdog(Duration limit, Consumer<String> onHang) {
        this.limit = Objects.requireNonNull(limit, "limit");
        this.onHang = Objects.requireNonNull(onHang, "onHang");
        this.alarms = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "promptmill-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        alarms.setRemoveOnCancelPolicy(true);
    }

    /** A call to watch. */
    interface Call<T, E extends Exception> {
        T run() throws E;
    }

    /** Runs a call in this thread, and acts if it takes too long; what it returns or throws is passed on. */
    <T, E extends Exception> T watch(String name, Call<T, E> call) throws E {
        Future<?> alarm = alarms.schedule(() -> onHang.accept(name), limit.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return call.run();
        } finally {
            alarm.cancel(false);
        }
    }
}
