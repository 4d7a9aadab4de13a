package io.promptmill.compile;

import io.promptmill.checkpoint.weights.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A tensor of an archive: values in one entry, a shape and strides (in elements) to look at them by.
 *
 * @param key name of the entry below {@code data/}
 * @param values reads them when the entry is written, so that one tensor at a time is in memory; little-endian
 */
record TensorEntry(String key, StorageType storageType, List<Long> shape, List<Long> strides, Tensor.Values values) {

    /** A tensor in C order. */
    static TensorEntry of(String key, StorageType type, List<Long> shape, Tensor.Values values) {
        return new TensorEntry(key, type, shape, contiguousStrides(shape), values);
    }

    /** The tensor as the checkpoint has it. */
    static TensorEntry of(String key, Tensor source) {
        return of(key, StorageType.of(source.dataType()), source.shape(), source.values());
    }

    /**
     * This matrix looked at by columns: the bytes stay as they are, no value is moved. Hugging Face's GPT-2 stores its
     * linear layers as {@code [in, out]}, PyTorch's {@code linear} wants {@code [out, in]}.
     */
    TensorEntry transposed() {
        List<Long> columnsFirst = new ArrayList<>(shape);
        List<Long> jumps = new ArrayList<>(strides);
        Collections.reverse(columnsFirst);
        Collections.reverse(jumps);
        return new TensorEntry(key, storageType, columnsFirst, jumps, values);
    }

    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    private static List<Long> contiguousStrides(List<Long> shape) {
        List<Long> strides = new ArrayList<>(shape);
        long stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.set(i, stride);
            stride = Math.multiplyExact(stride, shape.get(i));
        }
        return strides;
    }
}
