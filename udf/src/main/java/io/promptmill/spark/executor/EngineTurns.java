package io.promptmill.spark.executor;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets one prompt have this JVM for itself: no other engine of it computes meanwhile, in this task or in another, so
 * that it is known who ended the process should it end. Thread-safe.
 */
final class EngineTurns {
    /** Fair: whoever wants to be alone is not kept waiting for longer than results take that are being computed. */
    private static final ReadWriteLock TURNS = new ReentrantReadWriteLock(true);

    private EngineTurns() {}

    /** Computes beside others. */
    static <T> T together(Supplier<T> work) {
        return during(TURNS.readLock(), work);
    }

    /** Computes with nobody beside it; within that, {@link #together} is allowed. */
    static <T> T alone(Supplier<T> work) {
        return during(TURNS.writeLock(), work);
    }

    private static <T> T during(Lock turn, Supplier<T> work) {
        turn.lock();
        try {
            return work.get();
        } finally {
            turn.unlock();
        }
    }
}
