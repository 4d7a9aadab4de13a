package io.promptmill.spark.executor;

import io.promptmill.generation.PromptMeasure;
import io.promptmill.model.LoadedModel;
import io.promptmill.spark.shipping.ModelBroadcast;
import io.promptmill.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** The models of this JVM: loaded once, shared by all its tasks and by later jobs. Thread-safe. */
final class ExecutorModels {
    private static final WarmModels<Warm> MODELS = new WarmModels<>(Warm::close);
    private static final AtomicLong LOADING_NANOS = new AtomicLong();
    private static final AtomicLong LOADED_BYTES = new AtomicLong();

    private ExecutorModels() {}

    /**
     * A model and its tokenizer.
     *
     * @param tokenizer null where the checkpoint has none
     * @param bytes of memory that the weights take
     */
    record Warm(LoadedModel model, Tokenizer tokenizer, long bytes) {
        /** What it makes of prompts before it generates. */
        PromptMeasure measure(PredictionSettings settings) {
            return new PromptMeasure(model, tokenizer, settings.engine().onLongPrompt());
        }

        private void close() {
            LOADED_BYTES.addAndGet(-bytes);
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

    /** How long this JVM took to load them, from their first block to prepared weights. */
    static double loadingSeconds() {
        return LOADING_NANOS.get() / 1e9;
    }

    /** The memory that the weights of the models take that are loaded now. */
    static long loadedBytes() {
        return LOADED_BYTES.get();
    }

    private static Warm load(ModelBroadcast broadcast, String device) {
        long start = System.nanoTime();
        Path directory = LocalDirectory.path();
        NativeSettings.apply(directory);
        try {
            Path archive = materialize(broadcast, directory);
            try {
                Warm warm = load(archive, device, broadcast);
                LOADED_BYTES.addAndGet(warm.bytes());
                return warm;
            } finally {
                // The weights are in memory now.
                Files.deleteIfExists(archive);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } finally {
            LOADING_NANOS.addAndGet(System.nanoTime() - start);
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

    private static Warm load(Path archive, String device, ModelBroadcast broadcast) throws IOException {
        Tokenizer tokenizer = broadcast.tokenizer().map(Tokenizer::new).orElse(null);
        try {
            LoadedModel model = LoadedModel.load(archive, device, ExecutorWatchdog.start());
            return new Warm(model, tokenizer, broadcast.loadedBytes());
        } catch (IOException | RuntimeException e) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            throw e;
        }
    }
}
