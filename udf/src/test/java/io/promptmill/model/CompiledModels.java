package io.promptmill.model;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.generation.CausalLm;
import io.promptmill.generation.SlotCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Checkpoint folders as loaded models, for tests. */
public final class CompiledModels {
    private CompiledModels() {}

    /** A model whose caller keeps it, with up to so many steps in a call, as if it were on a device that is waited for. */
    public static CausalLm withStepsPerCall(LoadedModel model, int steps) {
        return new WithStepsPerCall(model, steps);
    }

    private record WithStepsPerCall(LoadedModel model, int stepsPerCall) implements CausalLm {
        @Override
        public int vocabularySize() {
            return model.vocabularySize();
        }

        @Override
        public int maxPositions() {
            return model.maxPositions();
        }

        @Override
        public OptionalInt bosTokenId() {
            return model.bosTokenId();
        }

        @Override
        public SlotCache newSlotCache(int slots, int positions) {
            return model.newSlotCache(slots, positions);
        }
    }

    /** Compiles for fp32 and loads; the caller closes the model. */
    public static LoadedModel load(Path checkpointFolder) throws Exception {
        return load(checkpointFolder, Precision.FP32);
    }

    /** Compiles and loads; the caller closes the model. */
    public static LoadedModel load(Path checkpointFolder, Precision precision) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(checkpointFolder)) {
            return load(checkpoint, precision);
        }
    }

    /** Compiles and loads; the caller closes the model and the checkpoint. */
    public static LoadedModel load(Checkpoint checkpoint, Precision precision) throws Exception {
        Path archive = Files.createTempDirectory("promptmill-test").resolve("model.pt");
        try {
            ModelCompiler.compile(checkpoint, precision, archive);
            return LoadedModel.load(archive, "cpu");
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
