/**
 * Checkpoint to compiled model: a TorchScript archive, written without PyTorch. Start with {@link
 * io.promptmill.compile.ModelCompiler}; the networks themselves are TorchScript text in this package's resources
 * ({@code gpt2.py}). May import the root package and {@code checkpoint}. Stateless, safe to use from any thread.
 */
package io.promptmill.compile;
