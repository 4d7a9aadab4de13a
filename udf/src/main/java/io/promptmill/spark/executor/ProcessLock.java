package io.promptmill.spark.executor;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A lock on this process that all its engines share. An engine that holds it alone is the only one that computes: should
 * the process end meanwhile, its prompt has ended it. Thread-safe.
 */
final class ProcessLock {
    /** Fair: who waits to be alone goes before those who come later. */
    private static final ReadWriteLock LOCK = new ReentrantReadWriteLock(true);

    private ProcessLock() {}

    /** Computes while others may compute, too. */
    static <T> T together(Supplier<T> work) {
        return during(LOCK.readLock(), work);
    }

    /** Computes while no other engine does; the work itself may call {@link #together}. */
    static <T> T alone(Supplier<T> work) {
        return during(LOCK.writeLock(), work);
    }

    private static <T> T during(Lock part, Supplier<T> work) {
        part.lock();
        try {
            return work.get();
        } finally {
            part.unlock();
        }
    }
}
