package io.promptmill.model;

import io.promptmill.TokenIds;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The keys and values of tokens that many prompts begin with, computed once for a model and copied from here into the
 * slots of all its engines. Thread-safe; closing it frees the caches.
 */
final class ComputedPrefixes implements AutoCloseable {
    /** One run has one prefix; the last few stay for runs that take turns. */
    private static final int KEPT = 4;

    private final Function<TokenIds, TensorSlotCache> newCache;
    private final Map<TokenIds, TensorSlotCache> computed = new LinkedHashMap<>(); // guarded by this

    /** No prefix yet; {@code newCache} gives a cache with room for a prefix in its only slot. */
    ComputedPrefixes(Function<TokenIds, TensorSlotCache> newCache) {
        this.newCache = newCache;
    }

    /** Hands the cache that holds a prefix in slot 0 to somebody who copies from it at once. */
    synchronized void use(TokenIds prefix, Consumer<TensorSlotCache> copy) {
        TensorSlotCache cache = computed.get(prefix);
        if (cache == null) {
            cache = compute(prefix);
            computed.put(prefix, cache);
            closeOldest();
        }
        copy.accept(cache);
    }

    private TensorSlotCache compute(TokenIds prefix) {
        TensorSlotCache cache = newCache.apply(prefix);
        try {
            cache.prefill(new int[] {0}, 0, List.of(prefix), prefix.size());
            return cache;
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    private void closeOldest() {
        if (computed.size() > KEPT) {
            Iterator<TensorSlotCache> caches = computed.values().iterator();
            caches.next().close();
            caches.remove();
        }
    }

    @Override
    public synchronized void close() {
        computed.values().forEach(TensorSlotCache::close);
        computed.clear();
    }
}
