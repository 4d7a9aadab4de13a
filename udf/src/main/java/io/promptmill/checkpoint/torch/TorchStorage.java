package io.promptmill.checkpoint.torch;

/**
 * A block of values that tensors of a PyTorch checkpoint point into.
 *
 * @param key names it within its file, digits only
 * @param type its element type
 * @param count its elements; {@link #bytes()} fits 64 bits
 */
record TorchStorage(String key, TorchGlobal type, long count) {
    long bytes() {
        return count * type.bytes();
    }
}
