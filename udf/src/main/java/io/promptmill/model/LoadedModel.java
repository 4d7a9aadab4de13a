package io.promptmill.model;

import io.promptmill.generation.CausalLm;
import java.nio.file.Path;

/** A compiled model on a device. Thread-safe; whoever loaded it closes it. */
public final class LoadedModel implements CausalLm, AutoCloseable {
    /**
     * Loads an archive and prepares its weights for the device.
     *
     * @param archive the file written by {@code ModelCompiler}
     * @param device {@code cpu}, or {@code gpu:N} with the device's ordinal
     */
    public static LoadedModel load(Path archive, String device) {
        throw new UnsupportedOperationException(archive + device);
    }

    @Override
    public int vocabularySize() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int maxPositions() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
