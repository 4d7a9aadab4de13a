package io.promptmill.spark.executor;

import io.promptmill.model.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of DJL, to be made before its first use; a user's own {@code -D} options win. */
public final class NativeSettings {
    private static final String CACHE = "DJL_CACHE_DIR";

    private NativeSettings() {}

    /**
     * Sets what is not set yet.
     *
     * @param scratch where native libraries are unpacked when the home folder is not writable
     */
    public static void apply(Path scratch) {
        LoadedModel.configureEngine();
        if (System.getenv(CACHE) == null && !Files.isWritable(Path.of(System.getProperty("user.home")))) {
            System.getProperties().putIfAbsent(CACHE, scratch.resolve("djl").toString());
        }
    }
}
