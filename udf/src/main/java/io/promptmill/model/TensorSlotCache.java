package io.promptmill.model;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import io.promptmill.TokenIds;
import io.promptmill.generation.OutOfNativeMemoryException;
import io.promptmill.generation.SlotCache;
import io.promptmill.generation.StepBatch;
import io.promptmill.generation.StepResult;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Slots as tensors, written in place by the network: keys and values {@code [layer, block, slot, head, 32, width of a
 * head] float32} and the token history {@code [slot, position] int64}. Single-threaded; owns its tensors and its
 * predictor.
 */
final class TensorSlotCache implements SlotCache {
    /**
     * Positions of a block. A step looks at whole blocks: a row's sums have the same shape whatever the window. Small
     * enough that few positions are looked at in vain, large enough for the memory's prefetching.
     */
    private static final int BLOCK = 32;

    private final ModelShape shape;
    private final ComputedPrefixes prefixes;
    private final Watchdog watchdog;
    private final NDManager manager;
    private final Predictor<NetworkCall, List<double[]>> predictor;
    private NDArray keys;
    private NDArray values;
    private NDArray history;

    /**
     * A cache of zeros.
     *
     * @param prefixes are the model's and stay its to close; null in a cache that has no use for them
     * @param watchdog watches its calls; null for none
     */
    TensorSlotCache(
            Model model, ModelShape shape, ComputedPrefixes prefixes, Watchdog watchdog, int slots, int positions) {
        this.shape = shape;
        this.prefixes = prefixes;
        this.watchdog = watchdog;
        this.manager = model.getNDManager().newSubManager();
        this.predictor = model.newPredictor(new NetworkTranslator());
        try {
            allocate(slots, blocks(positions));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void allocate(long slots, long blocks) {
        // Zeros, not leftovers: what is masked out is still multiplied by zero, and zero times NaN is NaN.
        long[] sizes = {shape.layers(), blocks, slots, shape.heads(), BLOCK, shape.headWidth()};
        keys = zeros(DataType.FLOAT32, sizes);
        values = zeros(DataType.FLOAT32, sizes);
        history = zeros(DataType.INT64, slots, blocks * BLOCK);
    }

    private NDArray zeros(DataType type, long... sizes) {
        return NativeMemory.using(() -> manager.zeros(new Shape(sizes), type));
    }

    @Override
    public void ensureCapacity(int slots, int positions) {
        long oldSlots = history.getShape().get(0);
        long oldPositions = history.getShape().get(1);
        if (slots <= oldSlots && positions <= oldPositions) {
            return;
        }
        try (NDArray oldKeys = keys;
                NDArray oldValues = values;
                NDArray oldHistory = history) {
            allocate(Math.max(slots, oldSlots), blocks(Math.max(positions, oldPositions)));
            call("grow", List.of(oldKeys, oldValues, oldHistory, keys, values, history), (device, host) -> List.of());
        }
    }

    @Override
    public void borrowPrefix(int[] slots, TokenIds prefix) {
        prefixes.use(prefix, computed -> borrow(computed, slots, prefix.size() / BLOCK));
    }

    private void borrow(TensorSlotCache other, int[] slots, long wholeBlocks) {
        call(
                "borrow",
                List.of(other.keys, other.values, keys, values),
                (device, host) -> List.of(device.create(longs(slots)), host.create(new long[] {wholeBlocks})));
    }

    @Override
    public void prefill(int[] slots, int from, List<TokenIds> prompts, int paddedLength) {
        if (from % BLOCK != 0) {
            throw new IllegalArgumentException("A prefill goes on from a whole block of " + BLOCK + ", not " + from);
        }
        long[] ids = padded(prompts, paddedLength);
        call(
                "prefill",
                List.of(keys, values),
                (device, host) -> List.of(
                        device.create(ids, new Shape(prompts.size(), paddedLength)),
                        device.create(longs(slots)),
                        host.create(new long[] {from / BLOCK})));
    }

    @Override
    public void remember(int[] slots, List<TokenIds> tokens) {
        int positions = (int) history.getShape().get(1);
        long[] ids = padded(tokens, positions);
        call(
                "remember",
                List.of(history),
                (device, host) ->
                        List.of(device.create(longs(slots)), device.create(ids, new Shape(slots.length, positions))));
    }

    @Override
    public void copy(int[] sources, int[] targets, int from, int to) {
        call(
                "copy",
                List.of(keys, values, history),
                (device, host) -> List.of(
                        device.create(longs(sources)), device.create(longs(targets)), host.create(new long[] {from, to
                        })));
    }

    @Override
    public void clear(int[] slots) {
        call("clear", List.of(keys, values), (device, host) -> List.of(device.create(longs(slots))));
    }

    @Override
    public StepResult step(StepBatch batch) {
        List<double[]> tables = stepPart("step", batch);
        double[] candidates = tables.size() > 1 ? tables.get(1) : new double[0];
        return new StepResult(tables.get(0), candidates, batch.beamCandidates());
    }

    /** Calls {@code step}, or a method of the network that takes the same and does less. */
    List<double[]> stepPart(String method, StepBatch batch) {
        int rows = batch.rows();
        long blocks = blocks(Arrays.stream(batch.positions()).max().orElseThrow() + 1);
        long[] banned = batch.banned();
        return call(
                method,
                List.of(keys, values, history),
                (device, host) -> List.of(
                        device.create(batch.ids()),
                        device.create(batch.positions()),
                        host.create(new long[] {blocks}),
                        host.create(batch.parameters(), new Shape(rows, StepBatch.PARAMETERS)),
                        device.create(batch.uniforms(), new Shape(rows, StepBatch.UNIFORMS)),
                        device.create(banned, new Shape(2, banned.length / 2)),
                        host.create(new long[] {batch.beamCandidates()})));
    }

    /** The raw logits of a step, without the choice: {@code [rows, vocabulary]}, filled up to whole blocks of 64. */
    double[] logits(long[] ids, long[] positions) {
        long blocks = blocks(Arrays.stream(positions).max().orElseThrow() + 1);
        return call(
                        "step_logits",
                        List.of(keys, values, history),
                        (device, host) ->
                                List.of(device.create(ids), device.create(positions), host.create(new long[] {blocks})))
                .get(0);
    }

    @Override
    public void close() {
        predictor.close();
        manager.close();
    }

    private List<double[]> call(
            String method, List<NDArray> resident, BiFunction<NDManager, NDManager, List<NDArray>> arguments) {
        NetworkCall call = new NetworkCall(method, arguments, resident);
        try {
            return watchdog == null ? predictor.predict(call) : watchdog.watch(method, () -> predictor.predict(call));
        } catch (TranslateException e) {
            if (NativeMemory.isRefused(e)) {
                throw new OutOfNativeMemoryException(e);
            }
            throw new IllegalStateException("The network failed in " + method, e);
        }
    }

    /** Rows of {@code length} ids, short ones filled up with their own first token. */
    private static long[] padded(List<TokenIds> rows, int length) {
        long[] ids = new long[rows.size() * length];
        for (int row = 0; row < rows.size(); row++) {
            TokenIds tokens = rows.get(row);
            for (int i = 0; i < length; i++) {
                ids[row * length + i] = tokens.at(i < tokens.size() ? i : 0);
            }
        }
        return ids;
    }

    private static long[] longs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    private static long blocks(long positions) {
        return -Math.floorDiv(-positions, BLOCK);
    }
}
