package io.promptmill.model;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.promptmill.TokenIds;
import io.promptmill.generation.KeyValueCache;
import io.promptmill.generation.SlotCache;
import io.promptmill.generation.StepBatch;
import io.promptmill.generation.StepResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Slots as tensors, written in place by the network: their own keys and values, those of the prompts they share, and the
 * token history {@code [slot, position of the model] int64}. Single-threaded; owns its tensors and its predictor.
 */
final class TensorSlotCache implements SlotCache {
    private final NetworkSizes sizes;
    private final NDManager manager;
    private final NetworkCaller network;
    private final TensorKeyValueCache own;
    private final TensorKeyValueCache sharedPrompts;
    private NDArray history;

    /**
     * A cache of zeros.
     *
     * @param prefixes are the model's and stay its to close; null in a cache that has no use for them
     * @param watchdog watches its calls; null for none
     */
    TensorSlotCache(
            Model model, NetworkSizes sizes, ComputedPrefixes prefixes, Watchdog watchdog, int slots, int positions) {
        this.sizes = sizes;
        this.manager = model.getNDManager().newSubManager();
        this.network = new NetworkCaller(model, watchdog);
        try {
            this.own = new TensorKeyValueCache(prefixes, manager, network, slots, positions);
            // Where no prompt is shared it takes no memory.
            this.sharedPrompts = new TensorKeyValueCache(prefixes, manager, network, 0, 0);
            this.history = newHistory(slots);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private NDArray newHistory(int slots) {
        return NativeMemory.using(() -> manager.zeros(new Shape(slots, sizes.positions()), DataType.INT64));
    }

    @Override
    public KeyValueCache sharedPrompts() {
        return sharedPrompts;
    }

    /** Keys and values of the slots themselves, for the network. */
    List<NDArray> tensors() {
        return own.tensors();
    }

    @Override
    public void ensureCapacity(int slots, int positions) {
        own.ensureCapacity(slots, positions);
        if (slots > history.getShape().get(0)) {
            try (NDArray old = history) {
                history = newHistory(slots);
                network.call("grow_history", List.of(old, history), (device, host) -> List.of());
            }
        }
    }

    @Override
    public void borrowPrefix(int[] slots, TokenIds prefix) {
        own.borrowPrefix(slots, prefix);
    }

    @Override
    public void prefill(int[] slots, int from, List<TokenIds> prompts, int paddedLength) {
        own.prefill(slots, from, prompts, paddedLength);
    }

    @Override
    public void remember(int[] slots, List<TokenIds> tokens) {
        int positions = sizes.positions();
        long[] ids = TensorKeyValueCache.padded(tokens, positions);
        network.call(
                "remember",
                List.of(history),
                (device, host) -> List.of(
                        device.create(TensorKeyValueCache.longs(slots)),
                        device.create(ids, new Shape(slots.length, positions))));
    }

    @Override
    public void copy(int[] sources, int[] targets, int from, int to) {
        own.copy(sources, targets, from, to);
        network.call(
                "copy_history",
                List.of(history),
                (device, host) -> List.of(
                        device.create(TensorKeyValueCache.longs(sources)),
                        device.create(TensorKeyValueCache.longs(targets))));
    }

    @Override
    public void clear(int[] slots) {
        own.clear(slots);
    }

    @Override
    public List<StepResult> step(StepBatch batch) {
        List<double[]> tables = stepPart("step", batch);
        double[] chosen = tables.get(0);
        double[] candidates = tables.size() > 1 ? tables.get(1) : new double[0];
        int size = chosen.length / batch.steps();
        return IntStream.range(0, batch.steps())
                .mapToObj(step -> Arrays.copyOfRange(chosen, step * size, (step + 1) * size))
                .map(ofStep -> new StepResult(ofStep, candidates, batch.beamCandidates()))
                .toList();
    }

    /** Calls {@code step}, or a method of the network that takes the same and does less. */
    List<double[]> stepPart(String method, StepBatch batch) {
        int rows = batch.rows();
        long[] banned = batch.banned();
        return network.call(method, resident(), (device, host) -> {
            List<NDArray> arguments = new ArrayList<>(rows(batch, device, host));
            arguments.add(host.create(batch.settings(), new Shape(rows, StepBatch.SETTINGS)));
            arguments.add(device.create(batch.uniforms(), new Shape(batch.steps(), rows, StepBatch.UNIFORMS)));
            arguments.add(device.create(banned, new Shape(2, banned.length / 2)));
            arguments.add(host.create(new long[] {batch.beamCandidates()}));
            return arguments;
        });
    }

    /** The raw logits of a step, without the choice: {@code [rows, vocabulary]}, filled up to whole blocks of 64. */
    double[] logits(StepBatch batch) {
        return network.call("step_logits", resident(), (device, host) -> rows(batch, device, host))
                .get(0);
    }

    private List<NDArray> resident() {
        List<NDArray> tensors = new ArrayList<>(own.tensors());
        tensors.addAll(sharedPrompts.tensors());
        tensors.add(history);
        return tensors;
    }

    /** What a step must know of its rows to compute logits: tokens, where they stand, and which prompts are shared. */
    private static List<NDArray> rows(StepBatch batch, NDManager device, NDManager host) {
        long[] starts = batch.starts();
        long[] shared = batch.lengths();
        // The first step computes one position more than there are, the last one as many as there are steps.
        long[] windows = {
            largest(IntStream.range(0, starts.length).mapToLong(row -> batch.positions()[row] - starts[row]))
                    + batch.steps(),
            largest(Arrays.stream(shared)),
            largest(Arrays.stream(batch.positions())) + batch.steps()
        };
        return List.of(
                device.create(batch.ids()),
                device.create(batch.positions()),
                device.create(starts),
                device.create(shared),
                device.create(batch.members(), new Shape(shared.length, StepBatch.SEATS)),
                device.create(batch.seats()),
                host.create(windows));
    }

    private static long largest(LongStream numbers) {
        return numbers.max().orElse(0);
    }

    @Override
    public void close() {
        network.close();
        manager.close();
    }
}
