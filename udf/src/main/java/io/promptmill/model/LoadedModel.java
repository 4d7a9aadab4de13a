package io.promptmill.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import io.promptmill.generation.CausalLm;
import io.promptmill.generation.SlotCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A compiled model on a device, its weights prepared. Thread-safe; whoever loaded it closes it. */
public final class LoadedModel implements CausalLm, AutoCloseable {
    /**
     * Settings of DJL that results rely on: one thread a predictor, so that no sum is split by the number of cores; no
     * optimiser that would compile the network anew for every shape; nothing fetched from anywhere.
     */
    private static final Map<String, String> ENGINE_PROPERTIES = Map.of(
            "ai.djl.offline", "true",
            "ai.djl.pytorch.num_threads", "1",
            "ai.djl.pytorch.num_interop_threads", "1",
            "ai.djl.pytorch.graph_optimizer", "false");

    private final Model model;
    private final NetworkSizes sizes;
    private final Processor processor;
    private final ComputedPrefixes prefixes;
    private final Watchdog watchdog;

    private LoadedModel(Model model, NetworkSizes sizes, Processor processor, Watchdog watchdog) {
        this.model = model;
        this.sizes = sizes;
        this.processor = processor;
        this.prefixes =
                new ComputedPrefixes(prefix -> new TensorSlotCache(model, sizes, null, watchdog, 1, prefix.size()));
        this.watchdog = watchdog;
    }

    /** Makes those settings of DJL where the user's {@code -D} options have not; to be called before DJL is first touched. */
    public static void configureEngine() {
        ENGINE_PROPERTIES.forEach(System.getProperties()::putIfAbsent);
    }

    private static void requireExact(double int8Error) throws IOException {
        if (int8Error != 0) {
            throw new IOException("This processor adds int8 products wrongly (by " + int8Error
                    + " where the sum must be exact), so texts would be wrong: use the precision bf16 or fp32.");
        }
    }

    /** Loads as {@link #load(Path, String, Watchdog)} does, with nobody to watch the network's calls. */
    public static LoadedModel load(Path archive, String device) throws IOException {
        return load(archive, device, null);
    }

    /**
     * Loads an archive and prepares its weights for the device.
     *
     * @param archive the file written by {@code ModelCompiler}, its name ending in {@code .pt}
     * @param device {@code cpu}, or {@code gpu:N} with the device's ordinal
     * @param watchdog watches the calls over all its slot caches; null for none
     * @throws IOException when the archive cannot be read
     */
    public static LoadedModel load(Path archive, String device, Watchdog watchdog) throws IOException {
        configureEngine();
        String name = archive.getFileName().toString();
        Model model = Model.newInstance(name, Device.fromName(device), "PyTorch");
        Processor processor = Processor.of(model.getNDManager().getDevice());
        try {
            model.load(archive.toAbsolutePath().getParent(), name, Map.of("mapLocation", "true"));
            try (Predictor<NetworkCall, List<double[]>> predictor = model.newPredictor(NetworkTranslator.toNumbers())) {
                requireExact(predictor.predict(NetworkCall.of("prepare", processor.bfloat16() ? 1 : 0))
                        .get(0)[0]);
                return new LoadedModel(
                        model,
                        NetworkSizes.of(
                                predictor.predict(NetworkCall.of("shape")).get(0)),
                        processor,
                        watchdog);
            }
        } catch (MalformedModelException | TranslateException | RuntimeException e) {
            model.close();
            throw new IOException("Cannot load the compiled model " + archive + " on " + device, e);
        }
    }

    @Override
    public int vocabularySize() {
        return sizes.vocabulary();
    }

    @Override
    public int maxPositions() {
        return sizes.positions();
    }

    @Override
    public OptionalInt bosTokenId() {
        return sizes.bosTokenId() < 0 ? OptionalInt.empty() : OptionalInt.of(sizes.bosTokenId());
    }

    @Override
    public int stepsPerCall() {
        return processor.stepsPerCall();
    }

    @Override
    public SlotCache newSlotCache(int slots, int positions) {
        return new TensorSlotCache(model, sizes, prefixes, watchdog, slots, positions);
    }

    /** A way to call the network's other methods, watched by nobody; closed by whoever asks. */
    NetworkCaller newCaller() {
        return new NetworkCaller(model, null);
    }

    @Override
    public void close() {
        prefixes.close();
        model.close();
    }
}
