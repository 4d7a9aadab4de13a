package io.promptmill.checkpoint;

import io.promptmill.GenerationOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A folder in Hugging Face layout, checked. */
public final class Checkpoint implements AutoCloseable {
    public static Checkpoint open(Path folder) throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException(folder.toString());
    }

    public Gpt2Config config() {
        throw new UnsupportedOperationException();
    }

    /** The tensor of that canonical name (no {@code transformer.} prefix); little-endian, read-only, C order. */
    public Tensor tensor(String name) {
        throw new UnsupportedOperationException(name);
    }

    /** The generation settings of the checkpoint's own files, highest precedence first. */
    public List<GenerationOptions> generationLayers() {
        throw new UnsupportedOperationException();
    }

    /** Sentences a user should see: unknown fields and the like. */
    public List<String> warnings() {
        throw new UnsupportedOperationException();
    }

    /** SHA-256 in hexadecimal digits over the files that can change the output. */
    public String digest() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {}

    /** One tensor's values. */
    public record Tensor(String name, DataType dataType, List<Long> shape, ByteBuffer data) {}
}
