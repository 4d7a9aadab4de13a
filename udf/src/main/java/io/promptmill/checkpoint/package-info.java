/**
 * A Hugging Face folder as checked data: configuration, generation settings and weights. Start with {@link
 * io.promptmill.checkpoint.Checkpoint}; its weights come from {@code .weights} (safetensors) and {@code .torch}, adapters
 * are merged in {@code .lora}. All input is a stranger's: it is bounded, nothing in it is executed, and whatever breaks a
 * rule becomes an {@link io.promptmill.files.InvalidCheckpointException}. An open checkpoint is thread-safe; the readers
 * behind it are used by one thread each.
 */
package io.promptmill.checkpoint;
