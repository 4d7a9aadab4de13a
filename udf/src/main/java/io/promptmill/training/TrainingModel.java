package io.promptmill.training;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.SafetensorsWriter;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.compile.WeightNames;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * A model that learns: float32 weights with AdamW's two means of each, on a device. A step is {@link #accumulate} for each
 * batch that counts for it, then {@link #update}.
 *
 * <p>Equal calls give equal bits on machines of equal {@code CpuCapability} with equally many threads. All of libtorch in
 * this process computes with these threads until the model is closed, so nothing is to be generated meanwhile but {@link
 * #aside}.
 *
 * <p>Single-threaded: all calls come from the thread that loaded it, which closes it.
 */
public final class TrainingModel implements AutoCloseable {
    /** What a state has for each weight, in the order of the network's {@code state}: itself and AdamW's means. */
    private static final List<String> PARTS = List.of("", "exp_avg.", "exp_avg_sq.");

    private static final String STEP = "step";

    private final TrainingNetwork network;
    private final ComputingThreads threads;
    private final List<String> names;
    private final List<List<Long>> shapes = new ArrayList<>();
    private final int vocabulary;
    private final int positions;

    private TrainingModel(TrainingNetwork network, ComputingThreads threads, List<String> names) {
        this.network = network;
        this.threads = threads;
        this.names = names;
        network.numbers("prepare");
        for (int i = 0; i < names.size(); i++) {
            shapes.add(network.shape("state", i));
        }
        double[] sizes = network.numbers("shape");
        this.vocabulary = (int) sizes[0];
        this.positions = (int) sizes[1];
    }

    /**
     * Loads an archive.
     *
     * @param archive the file written by {@code ModelCompiler.compileForTraining}, its name ending in {@code .pt}; it may
     *     be deleted afterwards
     * @param device {@code cpu}, or {@code gpu:N} with the device's ordinal
     * @param threads that compute an operation together on a CPU
     * @throws IOException when the archive cannot be read
     * @throws io.promptmill.generation.OutOfNativeMemoryException when there is no memory for AdamW's means
     */
    public static TrainingModel load(Path archive, String device, int threads) throws IOException {
        List<String> names = WeightNames.in(archive);
        TrainingNetwork network = TrainingNetwork.load(archive, device);
        ComputingThreads computing = new ComputingThreads(threads);
        try {
            return new TrainingModel(network, computing, names);
        } catch (RuntimeException e) {
            computing.close();
            network.close();
            throw e;
        }
    }

    /** Token ids are below this. */
    public int vocabularySize() {
        return vocabulary;
    }

    /** A block has at most this many tokens. */
    public int maxPositions() {
        return positions;
    }

    /** Sets the random numbers by which the next batch is dropped from; see {@link DropoutSeed}. */
    public void seed(long seed) {
        network.numbers("seed", seed);
    }

    /**
     * Adds the gradients of {@code share} times a batch's mean loss to those that are there.
     *
     * @param share one of the number of batches that a step accumulates
     * @return the mean loss in nats with what was dropped; not finite where training has failed
     * @throws IllegalArgumentException when an id is not in the vocabulary, or a block too long
     * @throws io.promptmill.generation.OutOfNativeMemoryException when there is no memory for it
     */
    public float accumulate(TokenBlocks batch, double share) {
        requireFits(batch);
        return (float) network.number("accumulate", batch, share);
    }

    /**
     * One step of AdamW with the gradients that are there; afterwards there are none. Matrices decay, biases and norms do
     * not, as in transformers' {@code Trainer}.
     *
     * @return the norm of all gradients before clipping; where it is not finite, no weight has been changed
     * @throws IllegalStateException when nothing was accumulated
     */
    public double update(AdamW settings, double learningRate) {
        return network.number("update", settings.numbers(learningRate));
    }

    /**
     * The mean loss over a batch in nats, without dropout; no gradient is computed.
     *
     * @throws IllegalArgumentException when an id is not in the vocabulary, or a block too long
     * @throws io.promptmill.generation.OutOfNativeMemoryException when there is no memory for it
     */
    public double loss(TokenBlocks batch) {
        requireFits(batch);
        return network.number("loss", batch);
    }

    private void requireFits(TokenBlocks batch) {
        if (batch.length() > positions || batch.highestId() >= vocabulary) {
            throw new IllegalArgumentException("a block of " + batch.length() + " tokens with ids up to "
                    + batch.highestId() + " does not fit a model of " + positions + " positions and " + vocabulary
                    + " tokens");
        }
    }

    /** The gradients that are there, by the names of the weights. */
    Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            double[] values = network.numbers("gradient", i);
            float[] floats = new float[values.length];
            for (int at = 0; at < floats.length; at++) {
                floats[at] = (float) values[at];
            }
            gradients.put(names.get(i), floats);
        }
        return gradients;
    }

    /**
     * Writes what a training needs to go on with the same bits, as a safetensors file: the weights by their names, AdamW's
     * means as {@code exp_avg.NAME} and {@code exp_avg_sq.NAME}, and how many updates there were as {@code step}.
     *
     * @param out stays open
     */
    public void writeState(OutputStream out) throws IOException {
        write(Map.of(), state(), out);
    }

    /**
     * Goes on from what {@link #writeState} wrote; gradients that were accumulated are kept.
     *
     * @throws InvalidCheckpointException when it is not the state of this model; nothing has changed then
     * @throws IOException when the file cannot be read
     */
    public void restoreState(Path file) throws InvalidCheckpointException, IOException {
        StateFile state = new StateFile(file, state());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            network.put(
                    "restore",
                    i,
                    PARTS.stream().map(part -> state.tensor(part + name)).toList());
        }
        network.numbers("restore_step", (long) state.tensor(STEP).data().getFloat());
    }

    private List<Tensor> state() {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int part = 0; part < PARTS.size(); part++) {
                int result = part;
                long weight = i;
                Tensor.Values values = () -> network.values("state", result, weight);
                tensors.add(new Tensor(PARTS.get(part) + names.get(i), DataType.F32, shapes.get(i), values));
            }
        }
        float step = (float) network.numbers("step")[0];
        tensors.add(new Tensor(STEP, DataType.F32, List.of(), () -> ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(0, step)));
        return tensors;
    }

    /**
     * Writes the weights as {@code model.safetensors}, by the names of transformers.
     *
     * @param out stays open
     * @param type that they are rounded to
     */
    public void writeWeights(OutputStream out, DataType type) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            long weight = i;
            Tensor.Values values = () -> network.values("weight", 0, weight, torchType(type));
            tensors.add(new Tensor(names.get(i), type, shapes.get(i), values));
        }
        write(SafetensorsWriter.OF_PYTORCH, tensors, out);
    }

    /** The codes of PyTorch's {@code c10/core/ScalarType.h}. */
    private static long torchType(DataType type) {
        return switch (type) {
            case F16 -> 5;
            case F32 -> 6;
            case BF16 -> 15;
        };
    }

    private static void write(Map<String, String> metadata, List<Tensor> tensors, OutputStream out) throws IOException {
        try {
            SafetensorsWriter.write(metadata, tensors, out);
        } catch (InvalidCheckpointException e) {
            throw new AssertionError("a model in memory is no damaged file", e);
        }
    }

    /**
     * Does something else in this process between two steps, such as generating texts, computed by as many threads as
     * everywhere else.
     */
    public <T> T aside(Callable<T> work) throws Exception {
        threads.close();
        try {
            return work.call();
        } finally {
            threads.resume();
        }
    }

    @Override
    public void close() {
        network.close();
        threads.close();
    }
}
