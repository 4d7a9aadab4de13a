package io.promptmill.checkpoint.torch;

import java.util.Map;

/**
 * What a PyTorch container holds.
 *
 * @param root of its pickle
 * @param storageOffsets where in the file the values of each storage begin, by key; their length has been checked
 */
record TorchState(Object root, Map<String, Long> storageOffsets) {}
