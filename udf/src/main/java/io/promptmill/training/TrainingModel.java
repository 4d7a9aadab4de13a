package io.promptmill.training;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** A model that learns. Single-threaded; whoever loaded it closes it. */
public final class TrainingModel implements AutoCloseable {
    private TrainingModel() {}

    /**
     * Loads an archive of {@code ModelCompiler.compileForTraining}.
     *
     * @param device {@code cpu}, or {@code gpu:N}
     * @param threads that compute an operation together on a CPU
     */
    public static TrainingModel load(Path archive, String device, int threads) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Token ids are below this. */
    public int vocabularySize() {
        throw new UnsupportedOperationException();
    }

    /** A block has at most this many tokens. */
    public int maxPositions() {
        throw new UnsupportedOperationException();
    }

    /** Sets the random numbers of what the next batch drops ({@link DropoutSeed}). */
    public void seed(long seed) {
        throw new UnsupportedOperationException();
    }

    /** Adds the gradients of {@code share} times the mean loss to those that are there; gives that mean, in nats. */
    public float accumulate(TokenBlocks batch, double share) {
        throw new UnsupportedOperationException();
    }

    /**
     * One step of AdamW with the gradients that are there, which are gone then.
     *
     * @return their norm before clipping; where it is not finite, no weight was changed
     */
    public double update(AdamW settings, double learningRate) {
        throw new UnsupportedOperationException();
    }

    /** The mean loss over the tokens of a batch without dropout, in nats; no gradient is computed. */
    public double loss(TokenBlocks batch) {
        throw new UnsupportedOperationException();
    }

    /** The gradients that are there, by the names of the weights. */
    Map<String, float[]> gradients() {
        throw new UnsupportedOperationException();
    }

    /** Writes all that a training needs to go on, as one safetensors file; the stream stays open. */
    public void writeState(OutputStream out) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Goes on from what {@link #writeState} wrote. */
    public void restoreState(Path state) throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException();
    }

    /** Writes the weights as {@code model.safetensors}; the stream stays open. */
    public void writeWeights(OutputStream out, DataType type) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Does something else in this process between two steps, such as generating, with the one thread that it relies on. */
    public <T> T aside(Callable<T> work) throws Exception {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
