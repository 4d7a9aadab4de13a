package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import java.nio.file.Path;

/** Checkpoint to TorchScript archive. */
public final class ModelCompiler {
    private ModelCompiler() {}

    /** Writes the archive to {@code archive}, which is replaced. */
    public static CompiledModel compile(Checkpoint checkpoint, Path archive) {
        throw new UnsupportedOperationException(archive.toString());
    }
}
