package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
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
     * Writes the archive.
     *
     * @param checkpoint open; not closed here
     * @param precision the arithmetic of the compiled model
     * @param archive the file to write, replaced if there
     * @throws InvalidCheckpointException when a file of the checkpoint is not what it was when it was opened or digested
     * @throws IOException when it cannot be read, or the archive not be written
     */
    public static CompiledModel compile(Checkpoint checkpoint, Precision precision, Path archive)
            throws InvalidCheckpointException, IOException {
        NetworkText text = NetworkText.of(checkpoint.config().family());
        NetworkPickle network = NetworkPickle.of(checkpoint, precision, text);
        TorchScriptArchive file = new TorchScriptArchive(archive, "network");
        try (file) {
            file.module(network.bytes(), text.files());
            for (TensorEntry tensor : network.tensors()) {
                file.tensor(tensor);
            }
        }
        return new CompiledModel(archive, Files.size(archive), file.digest());
    }

    /** Writes the archive of a network that learns. */
    public static CompiledModel compileForTraining(
            Checkpoint checkpoint, Dropout dropout, Precision precision, Path archive)
            throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException();
    }
}
