package io.promptmill.checkpoint.weights;

import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor, whose values are not in memory. Immutable and thread-safe.
 *
 * @param name canonical, without {@code transformer.}
 * @param dataType of the values
 * @param shape sizes, outermost first; empty for a single value
 * @param values reads them
 */
public record Tensor(String name, DataType dataType, List<Long> shape, Values values) {
    /** Copies the shape. */
    public Tensor {
        shape = List.copyOf(shape);
    }

    /**
     * Reads the values anew, into memory of the caller's: in C order, little-endian, from position 0 to the limit.
     *
     * @throws InvalidCheckpointException when the file is not what it was when it was read before
     * @throws IOException when it cannot be read
     */
    public ByteBuffer data() throws InvalidCheckpointException, IOException {
        return values.read();
    }

    /** This tensor with its values as float32, which loses nothing. */
    public Tensor asFloat32() {
        return dataType == DataType.F32 ? this : new Tensor(name, DataType.F32, shape, () -> dataType.widened(data()));
    }

    /** This tensor by another name. */
    public Tensor named(String other) {
        return new Tensor(other, dataType, shape, values);
    }

    /** Reads a tensor's values. Thread-safe. */
    @FunctionalInterface
    public interface Values {
        /** As {@link Tensor#data} has them. */
        ByteBuffer read() throws InvalidCheckpointException, IOException;
    }
}
