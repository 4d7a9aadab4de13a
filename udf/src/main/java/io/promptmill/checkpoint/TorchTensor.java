package io.promptmill.checkpoint;

import java.util.List;

/**
 * A tensor of a PyTorch checkpoint: a view of a storage, checked to lie within it.
 *
 * @param storage holds the values
 * @param offset of the first element, in elements
 * @param shape sizes, outermost first
 * @param strides distances between neighbours of each dimension, in elements
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {

    /** Whether the elements lie in C order without gaps; the stride of a dimension of size 1 is never walked. */
    StoredTensor.Order order() {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return StoredTensor.Order.STRIDED;
            }
            expected *= shape.get(i);
        }
        return StoredTensor.Order.CONTIGUOUS;
    }
}
