package io.promptmill.training;

import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.family.Dropout;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Checkpoint folders as models that learn, and what they learn, for tests. */
final class TrainingModels {
    private TrainingModels() {}

    /** Compiles and loads; the caller closes the model. */
    static TrainingModel load(Path folder, Dropout dropout, int threads) throws Exception {
        return load(folder, dropout, Precision.FP32, threads);
    }

    static TrainingModel load(Path folder, Dropout dropout, Precision precision, int threads) throws Exception {
        Path archive = Files.createTempDirectory("promptmill-test").resolve("model.pt");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            ModelCompiler.compileForTraining(checkpoint, dropout, precision, archive);
            return TrainingModel.load(archive, "cpu", threads);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** Tokens by the rule of the goldens. */
    static TokenBlocks blocks(int step, int rows, int length, int tokens) {
        return TokenBlocks.of(IntStream.range(0, rows)
                .mapToObj(row -> TokenIds.of(IntStream.range(0, length)
                        .map(at -> (step * 31 + row * 17 + (at * at) % 97 + at * 5) % tokens)
                        .toArray()))
                .toArray(TokenIds[]::new));
    }

    /** Writes the model's weights into a folder, beside the files that belong to it. */
    static void write(TrainingModel model, DataType type, Path folder) throws Exception {
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
            model.writeWeights(out, type);
        }
    }
}
