package io.promptmill.spark.executor;

import io.promptmill.model.LoadedModel;
import io.promptmill.spark.shipping.ModelBroadcast;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The models of this JVM: loaded once, shared by all its tasks and by later jobs. Thread-safe. */
final class ExecutorModels {
    private static final WarmModels<Warm> MODELS = new WarmModels<>(Warm::close);

    private ExecutorModels() {}

    /**
     * A model and its tokenizer.
     *
     * @param tokenizer null where the checkpoint has none
     */
    record Warm(LoadedModel model, Tokenizer tokenizer) {
        private void close() {
            try {
                model.close();
            } finally {
                if (tokenizer != null) {
                    tokenizer.close();
                }
            }
        }
    }

    /**
     * A lease on a model.
     *
     * @param device {@code cpu} or {@code gpu:N}
     */
    static WarmModels.Lease<Warm> acquire(ModelBroadcast broadcast, String device) {
        return MODELS.acquire(new WarmModels.Key(broadcast.digest(), device), () -> load(broadcast, device));
    }

    /** How many models this JVM has loaded. */
    static long loads() {
        return MODELS.loads();
    }

    private static Warm load(ModelBroadcast broadcast, String device) {
        Path directory = LocalDirectory.path();
        NativeSettings.apply(directory);
        try {
            Path archive = materialize(broadcast, directory);
            try {
                return load(archive, device, broadcast.tokenizer());
            } finally {
                // The weights are in memory now.
                Files.deleteIfExists(archive);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    // The disk is named by the message alone: a failure's root is what users are told.
    private static Path materialize(ModelBroadcast broadcast, Path directory) throws IOException {
        try {
            return broadcast.materialize(directory);
        } catch (IOException e) {
            IOException told = new IOException(
                    "Cannot bring the model to this executor by way of " + directory + ": " + e.getMessage());
            told.addSuppressed(e);
            throw told;
        }
    }

    private static Warm load(Path archive, String device, Optional<TokenizerDefinition> definition) throws IOException {
        Tokenizer tokenizer = definition.map(Tokenizer::new).orElse(null);
        try {
            return new Warm(LoadedModel.load(archive, device, ExecutorWatchdog.start()), tokenizer);
        } catch (IOException | RuntimeException e) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            throw e;
        }
    }
}
