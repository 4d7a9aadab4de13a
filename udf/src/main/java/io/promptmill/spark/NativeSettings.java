package io.promptmill.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What DJL has to be told before it is first touched; a user's own {@code -D} options win. */
final class NativeSettings {
    private static final String CACHE = "DJL_CACHE_DIR";

    /** One thread a predictor makes results independent of the batch; the graph optimiser would redo its work for every new shape. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "ai.djl.offline", "true",
            "ai.djl.pytorch.num_threads", "1",
            "ai.djl.pytorch.num_interop_threads", "1",
            "ai.djl.pytorch.graph_optimizer", "false");

    private NativeSettings() {}

    /**
     * Sets what is not set yet.
     *
     * @param scratch where native libraries are unpacked when the home folder is not writable
     */
    static void apply(Path scratch) {
        PROPERTIES.forEach(System.getProperties()::putIfAbsent);
        if (System.getenv(CACHE) == null && !Files.isWritable(Path.of(System.getProperty("user.home")))) {
            System.getProperties().putIfAbsent(CACHE, scratch.resolve("djl").toString());
        }
    }
}
