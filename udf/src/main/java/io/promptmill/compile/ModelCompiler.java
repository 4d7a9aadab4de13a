package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checkpoint to TorchScript archive. The weights go in as the checkpoint has them, bit for bit, or quantised to 8 bits;
 * the network is text from this package's resources. The same checkpoint always gives the same bytes. Stateless.
 */
public final class ModelCompiler {
    private static final String NETWORK = "gpt2.py";

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
        Gpt2Module module = new Gpt2Module(checkpoint, precision);
        TorchScriptArchive file = new TorchScriptArchive(archive, "gpt2");
        try (file) {
            file.module(module.pickle(), networkText());
            for (TensorEntry tensor : module.tensors()) {
                file.tensor(tensor);
            }
        }
        return new CompiledModel(archive, Files.size(archive), file.digest());
    }

    private static String networkText() {
        try (InputStream text = ModelCompiler.class.getResourceAsStream(NETWORK)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
