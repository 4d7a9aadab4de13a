package io.promptmill.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a tensor's values lie. Its reader has checked that the elements are within the file.
 *
 * @param name as the file has it
 * @param dataType as safetensors spells it, e.g. {@code F32} or {@code U8}
 * @param shape sizes, outermost first
 * @param order how the elements follow one another
 * @param offset of the first element in the file, in bytes
 */
record StoredTensor(String name, String dataType, List<Long> shape, Order order, Path file, long offset) {

    /** How elements follow one another in the file. */
    enum Order {
        /** C order without gaps. */
        CONTIGUOUS,
        /** A view with strides of its own. */
        STRIDED
    }

    StoredTensor {
        shape = List.copyOf(shape);
    }

    /** The tensor's size in bytes if its elements had that type. */
    long bytes(DataType type) {
        return elements(shape) * type.bytes();
    }

    /** Maps the values into memory. */
    Checkpoint.Tensor map(String canonicalName, DataType type) throws InvalidCheckpointException, IOException {
        try (CheckedFile opened = CheckedFile.open(file)) {
            ByteBuffer data = opened.map(offset, bytes(type));
            return new Checkpoint.Tensor(canonicalName, type, shape, data);
        }
    }

    /**
     * The number of elements of a shape.
     *
     * @throws ArithmeticException when it does not fit 64 bits
     */
    static long elements(List<Long> shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }
}
