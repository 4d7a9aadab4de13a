package io.promptmill.pretrained;

import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Where a pretrained model is found. */
@FunctionalInterface
public interface ModelSource {
    /**
     * Brings the model to this machine.
     *
     * @param work a new folder for what has to be copied; it is deleted when the model is closed
     * @throws InvalidCheckpointException when the model cannot be used
     * @throws IOException when it is not there or cannot be read
     */
    Folders bring(Path work) throws InvalidCheckpointException, IOException;

    /**
     * Local folders in Hugging Face layout.
     *
     * @param model a whole model, or an adapter of PEFT
     * @param base the adapter's base; empty where the model is whole, or names or holds its base
     */
    record Folders(Path model, Optional<Path> base) {
        /** Checks that both are given. */
        public Folders {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(base, "base");
        }

        /** One folder, whatever it holds. */
        public static Folders of(Path model) {
            return new Folders(model, Optional.empty());
        }

        /** An adapter over the base that the caller names. */
        public static Folders of(Path adapter, Path base) {
            return new Folders(adapter, Optional.of(base));
        }
    }
}
