package io.promptmill.spark.executor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Loaded models. Each is loaded once and shared by all who lease it. After its last lease it stays loaded until another
 * model needs the room: each device keeps one idle model at most. Thread-safe.
 *
 * @param <M> a loaded model
 */
final class WarmModels<M> {
    private final Consumer<M> closer;
    private final AtomicLong loads = new AtomicLong();
    private final Map<Key, Entry<M>> entries = new HashMap<>(); // guarded by this

    /** Models that are closed by {@code closer}. */
    WarmModels(Consumer<M> closer) {
        this.closer = closer;
    }

    /**
     * What makes a loaded model the same.
     *
     * @param digest of everything that was loaded
     * @param device where it was loaded
     */
    record Key(String digest, String device) {}

    /** The model of that key, which is loaded where it is not there; tasks that come meanwhile wait for it. */
    synchronized Lease<M> acquire(Key key, Supplier<M> loader) {
        Entry<M> entry = entries.get(key);
        if (entry == null) {
            closeIdleOn(key.device());
            entry = new Entry<>(loader.get());
            loads.incrementAndGet();
            entries.put(key, entry);
        }
        entry.leases++;
        return new Lease<>(this, key, entry);
    }

    /** How many models were loaded so far. */
    long loads() {
        return loads.get();
    }

    private synchronized void release(Key key, Entry<M> entry) {
        if (entry.leases == 1) {
            closeIdleOn(key.device());
        }
        entry.leases--;
    }

    private void closeIdleOn(String device) {
        List<Key> idle = entries.entrySet().stream()
                .filter(entry ->
                        entry.getValue().leases == 0 && entry.getKey().device().equals(device))
                .map(Map.Entry::getKey)
                .toList();
        idle.forEach(key -> closer.accept(entries.remove(key).model));
    }

    private static final class Entry<M> {
        private final M model;
        private int leases;

        Entry(M model) {
            this.model = model;
        }
    }

    /** The right to use a model until it is closed, by whoever acquired it. One thread's own. */
    static final class Lease<M> implements AutoCloseable {
        private final WarmModels<M> owner;
        private final Key key;
        private final Entry<M> entry;
        private boolean closed;

        private Lease(WarmModels<M> owner, Key key, Entry<M> entry) {
            this.owner = owner;
            this.key = key;
            this.entry = entry;
        }

        M model() {
            return entry.model;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                owner.release(key, entry);
            }
        }
    }
}
