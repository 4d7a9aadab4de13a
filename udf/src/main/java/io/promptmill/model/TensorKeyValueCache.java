package io.promptmill.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.promptmill.TokenIds;
import io.promptmill.generation.KeyValueCache;
import java.util.Arrays;
import java.util.List;

/**
 * Keys and values as tensors, written in place by the network: each {@code [layer, block, place, head, 32, width of a head]
 * float32}. Single-threaded; its tensors belong to the manager it is given.
 */
final class TensorKeyValueCache implements KeyValueCache {
    /**
     * Positions of a block. A step looks at whole blocks: a row's sums have the same shape whatever the window. Small
     * enough that few positions are looked at in vain, large enough for the memory's prefetching.
     */
    private static final int BLOCK = 32;

    private final ModelShape shape;
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
            ModelShape shape,
            ComputedPrefixes prefixes,
            NDManager manager,
            NetworkCaller network,
            int places,
            int positions) {
        this.shape = shape;
        this.prefixes = prefixes;
        this.manager = manager;
        this.network = network;
        allocate(places, blocks(positions));
    }

    private void allocate(long places, long blocks) {
        // Zeros, not leftovers: what is masked out is still multiplied by zero, and zero times NaN is NaN.
        Shape size = new Shape(shape.layers(), blocks, places, shape.heads(), BLOCK, shape.headWidth());
        keys = NativeMemory.using(() -> manager.zeros(size, DataType.FLOAT32));
        values = NativeMemory.using(() -> manager.zeros(size, DataType.FLOAT32));
    }

    /** Whole blocks that so many positions take. */
    static long blocks(long positions) {
        return -Math.floorDiv(-positions, BLOCK);
    }

    /** Keys and values, for the network. */
    List<NDArray> tensors() {
        return List.of(keys, values);
    }

    int places() {
        return (int) keys.getShape().get(2);
    }

    @Override
    public void ensureCapacity(int places, int positions) {
        long oldBlocks = keys.getShape().get(1);
        if (places <= places() && blocks(positions) <= oldBlocks) {
            return;
        }
        try (NDArray oldKeys = keys;
                NDArray oldValues = values) {
            allocate(Math.max(places, places()), Math.max(blocks(positions), oldBlocks));
            network.call("grow", List.of(oldKeys, oldValues, keys, values), (device, host) -> List.of());
        }
    }

    @Override
    public void borrowPrefix(int[] places, TokenIds prefix) {
        long wholeBlocks = prefix.size() / BLOCK;
        prefixes.use(prefix, computed -> {
            List<NDArray> others = computed.tensors();
            network.call(
                    "borrow",
                    List.of(others.get(0), others.get(1), keys, values),
                    (device, host) -> List.of(device.create(longs(places)), host.create(new long[] {wholeBlocks})));
        });
    }

    @Override
    public void prefill(int[] places, int from, List<TokenIds> prompts, int paddedLength) {
        if (from % BLOCK != 0) {
            throw new IllegalArgumentException("A prefill goes on from a whole block of " + BLOCK + ", not " + from);
        }
        long[] ids = padded(prompts, paddedLength);
        network.call(
                "prefill",
                tensors(),
                (device, host) -> List.of(
                        device.create(ids, new Shape(prompts.size(), paddedLength)),
                        device.create(longs(places)),
                        host.create(new long[] {from / BLOCK})));
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
