/**
 * Weights as a file stores them. A reader of a format gives {@link io.promptmill.checkpoint.weights.StoredTensor}s, which
 * say where values lie; opened by its name in the network one is a {@link io.promptmill.checkpoint.weights.Tensor}, whose
 * values are read when they are asked for.
 */
package io.promptmill.checkpoint.weights;
