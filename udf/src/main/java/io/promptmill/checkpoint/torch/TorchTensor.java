package io.promptmill.checkpoint.torch;

import java.util.List;

/**
 * A tensor of a PyTorch checkpoint: a view of a storage, checked to lie within it.
 *
 * @param storage holds the values
 * @param offset of the first element, in elements
 * @param shape sizes, outermost first
 * @param strides distances between neighbours of each dimension, in elements
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {}
