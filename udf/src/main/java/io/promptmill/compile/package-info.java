/**
 * Checkpoint to compiled model: a TorchScript archive, written without PyTorch. Start with {@link
 * io.promptmill.compile.ModelCompiler}; the network itself is TorchScript text in this package's resources ({@code
 * network/network.py} first, {@code training/training.py} for one that learns), whose classes say which objects and
 * tensors the archive holds. The columns of a step's tables are those of {@code generation}. Stateless, safe to use from
 * any thread.
 */
package io.promptmill.compile;
