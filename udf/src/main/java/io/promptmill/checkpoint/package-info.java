/**
 * A Hugging Face folder as checked data: configuration, generation settings and weights of a GPT-2. Start with {@link
 * io.promptmill.checkpoint.Checkpoint}; the formats are {@code SafetensorsFile} and {@code TorchPickleFile}. All input is
 * a stranger's: it is bounded, nothing in it is executed, and whatever breaks a rule becomes an {@link
 * io.promptmill.checkpoint.InvalidCheckpointException} that says what, why and what to do. Imports the root package and
 * Jackson. An open checkpoint is thread-safe; the readers behind it are used by one thread each.
 */
package io.promptmill.checkpoint;
