package io.promptmill.model;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checkpoint folders as loaded models, for tests. */
public final class CompiledModels {
    private CompiledModels() {}

    /** Compiles for fp32 and loads; the caller closes the model. */
    public static LoadedModel load(Path checkpointFolder) throws Exception {
        return load(checkpointFolder, Precision.FP32);
    }

    /** Compiles and loads; the caller closes the model. */
    public static LoadedModel load(Path checkpointFolder, Precision precision) throws Exception {
        Path archive = Files.createTempDirectory("promptmill-test").resolve("model.pt");
        try (Checkpoint checkpoint = Checkpoint.open(checkpointFolder)) {
            ModelCompiler.compile(checkpoint, precision, archive);
            return LoadedModel.load(archive, "cpu");
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
