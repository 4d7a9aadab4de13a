package io.promptmill.compile;

import java.nio.file.Path;

/**
 * A TorchScript archive on disk.
 *
 * @param archive the file
 * @param bytes its size
 * @param digest SHA-256 of its content, in hexadecimal digits
 * @param loadedBytes memory that its weights take once they are loaded
 */
public record CompiledModel(Path archive, long bytes, String digest, long loadedBytes) {}
