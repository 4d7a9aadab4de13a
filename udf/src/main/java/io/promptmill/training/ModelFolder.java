package io.promptmill.training;

import io.promptmill.checkpoint.weights.SafetensorsWriter;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a model of this machine's as a Hugging Face folder. Stateless. */
final class ModelFolder {
    private static final String WEIGHTS = "model.safetensors";

    private ModelFolder() {}

    /**
     * Writes the files and the weights.
     *
     * @param files contents by name
     * @param folder is there
     */
    static void write(Map<String, byte[]> files, List<Tensor> weights, Path folder)
            throws InvalidCheckpointException, IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS)))) {
            SafetensorsWriter.write(SafetensorsWriter.OF_PYTORCH, weights, out);
        }
    }
}
