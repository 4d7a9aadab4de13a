package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.NetworkText.Purpose;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checkpoint to TorchScript archive. The weights go in as the checkpoint has them, bit for bit, or quantised to 8 bits;
 * the network is text. The same checkpoint always gives the same bytes. Stateless.
 */
public final class ModelCompiler {
    private ModelCompiler() {}

    /**
     * Writes the archive of a network that generates.
     *
     * @param checkpoint open; not closed here
     * @param precision the arithmetic of the compiled model
     * @param archive the file to write, replaced if there
     * @throws InvalidCheckpointException when a file of the checkpoint is not what it was when it was opened or digested
     * @throws IOException when it cannot be read, or the archive not be written
     */
    public static CompiledModel compile(Checkpoint checkpoint, Precision precision, Path archive)
            throws InvalidCheckpointException, IOException {
        return compile(checkpoint, precision, Dropout.NONE, Purpose.GENERATION, archive);
    }

    /**
     * Writes the archive of a network that learns, for {@code TrainingModel}. Its weights are float32, whatever the
     * checkpoint stores.
     *
     * @param checkpoint open; not closed here
     * @param dropout what is dropped while gradients are computed
     * @param precision of the products in linear layers: bfloat16 pays on GPUs
     * @param archive the file to write, replaced if there
     * @throws InvalidCheckpointException when a file of the checkpoint is not what it was when it was opened or digested
     * @throws IOException when it cannot be read, or the archive not be written
     * @throws IllegalArgumentException when the precision is that of whole numbers
     */
    public static CompiledModel compileForTraining(
            Checkpoint checkpoint, Dropout dropout, Precision precision, Path archive)
            throws InvalidCheckpointException, IOException {
        if (precision == Precision.INT8) {
            throw new IllegalArgumentException("whole numbers have no gradients: train with fp32 or bf16");
        }
        return compile(checkpoint, precision, dropout, Purpose.TRAINING, archive);
    }

    private static CompiledModel compile(
            Checkpoint checkpoint, Precision precision, Dropout dropout, Purpose purpose, Path archive)
            throws InvalidCheckpointException, IOException {
        NetworkText text = NetworkText.of(checkpoint.config().family(), purpose);
        NetworkPickle network = NetworkPickle.of(checkpoint, precision, dropout, text);
        TorchScriptArchive file = new TorchScriptArchive(archive);
        try (file) {
            file.module(network.bytes(), text.files());
            if (purpose == Purpose.TRAINING) {
                file.extra(WeightNames.FILE, WeightNames.text(checkpoint));
            }
            for (TensorEntry tensor : network.tensors()) {
                file.tensor(tensor);
            }
        }
        long bytes = Files.size(archive);
        // What learns is loaded as it is.
        long loaded = purpose == Purpose.TRAINING ? bytes : LoadedWeights.bytes(checkpoint, precision);
        return new CompiledModel(archive, bytes, file.digest(), loaded);
    }
}
