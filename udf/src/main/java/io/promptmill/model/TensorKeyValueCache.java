package io.promptmill.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.promptmill.TokenIds;
import io.promptmill.generation.KeyValueCache;
import java.util.Arrays;
import java.util.List;

/**
 * Keys and values as tensors, written in place by the network: each {@code [layer, place, head, position, width of a head]}.
 * Single-threaded; its tensors belong to the manager it is given.
 */
final class TensorKeyValueCache implements KeyValueCache {
    /** The cache grows by so many positions at a time, since growing is copying. */
    private static final int GROWTH = 32;

    private final ComputedPrefixes prefixes;
    private final NDManager manager;
    private final NetworkCaller network;
    private NDArray keys;
    private NDArray values;

    /**
     * A cache of zeros.
     *
     * @param prefixes are the model's and stay its to close; null in a cache that has no use for them
     */
    TensorKeyValueCache(
            ComputedPrefixes prefixes, NDManager manager, NetworkCaller network, int places, int positions) {
        this.prefixes = prefixes;
        this.manager = manager;
        this.network = network;
        allocate(places, wholeSteps(positions));
    }

    private void allocate(int places, int positions) {
        List<NDArray> cache = network.make(manager, "new_cache", places, positions);
        keys = cache.get(0);
        values = cache.get(1);
    }

    private static int wholeSteps(int positions) {
        return -Math.floorDiv(-positions, GROWTH) * GROWTH;
    }

    /** Keys and values, for the network. */
    List<NDArray> tensors() {
        return List.of(keys, values);
    }

    private int places() {
        return (int) keys.getShape().get(1);
    }

    private int positions() {
        return (int) keys.getShape().get(3);
    }

    @Override
    public void ensureCapacity(int places, int positions) {
        if (places <= places() && positions <= positions()) {
            return;
        }
        try (NDArray oldKeys = keys;
                NDArray oldValues = values) {
            allocate(Math.max(places, places()), Math.max(wholeSteps(positions), positions()));
            network.call("grow", List.of(oldKeys, oldValues, keys, values), (device, host) -> List.of());
        }
    }

    @Override
    public void borrowPrefix(int[] places, TokenIds prefix) {
        prefixes.use(prefix, computed -> {
            List<NDArray> others = computed.tensors();
            network.call(
                    "borrow",
                    List.of(others.get(0), others.get(1), keys, values),
                    (device, host) -> List.of(device.create(longs(places)), host.create(new long[] {prefix.size()})));
        });
    }

    @Override
    public void prefill(int[] places, int from, List<TokenIds> prompts, int paddedLength) {
        long[] ids = padded(prompts, paddedLength);
        network.call(
                "prefill",
                tensors(),
                (device, host) -> List.of(
                        device.create(ids, new Shape(prompts.size(), paddedLength)),
                        device.create(longs(places)),
                        host.create(new long[] {from})));
    }

    @Override
    public void copy(int[] sources, int[] targets, int from, int to) {
        network.call(
                "copy",
                tensors(),
                (device, host) -> List.of(
                        device.create(longs(sources)), device.create(longs(targets)), host.create(new long[] {from, to
                        })));
    }

    @Override
    public void clear(int[] places) {
        network.call("clear", tensors(), (device, host) -> List.of(device.create(longs(places))));
    }

    /** Rows of {@code length} ids, short ones filled up with their own first token. */
    static long[] padded(List<TokenIds> rows, int length) {
        long[] ids = new long[rows.size() * length];
        for (int row = 0; row < rows.size(); row++) {
            TokenIds tokens = rows.get(row);
            for (int i = 0; i < length; i++) {
                ids[row * length + i] = tokens.at(i < tokens.size() ? i : 0);
            }
        }
        return ids;
    }

    static long[] longs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }
}
