package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A tensor of an archive: values in one entry, a shape and strides (in elements) to look at them by.
 *
 * @param key name of the entry below {@code data/}
 */
record TensorEntry(String key, Checkpoint.Tensor source, List<Long> shape, List<Long> strides) {

    /** The tensor as the checkpoint has it. */
    static TensorEntry of(String key, Checkpoint.Tensor source) {
        return new TensorEntry(key, source, source.shape(), contiguousStrides(source.shape()));
    }

    /**
     * A matrix looked at by columns: the bytes stay as they are, no value is moved. Hugging Face's GPT-2 stores its
     * linear layers as {@code [in, out]}, PyTorch's {@code linear} wants {@code [out, in]}.
     */
    static TensorEntry transposed(String key, Checkpoint.Tensor source) {
        List<Long> shape = new ArrayList<>(source.shape());
        List<Long> strides = contiguousStrides(source.shape());
        Collections.reverse(shape);
        Collections.reverse(strides);
        return new TensorEntry(key, source, shape, strides);
    }

    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** The class of {@code torch} that stands for the element type in a pickle. */
    String storageType() {
        DataType type = source.dataType();
        return switch (type) {
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
        };
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
