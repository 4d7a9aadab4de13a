package io.promptmill.pretrained;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.pretrained.ModelVersion.Data;
import io.promptmill.pretrained.ModelVersion.Losses;
import io.promptmill.pretrained.ModelVersion.Parent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/** Versions as a finished training leaves them, apart from the model itself. */
public final class TestVersions {
    public static final String DIGEST = "d".repeat(64);
    public static final String HELD_OUT = "1f".repeat(32);

    private TestVersions() {}

    /** Publishes a version with a loss on held-out data. */
    public static Path publish(Path model, int number, double evalLoss, String heldOut) throws IOException {
        return publish(model, version(number, OptionalDouble.of(evalLoss), Optional.of(heldOut)));
    }

    /** Publishes a version without one. */
    public static Path publishUnmeasured(Path model, int number) throws IOException {
        return publish(model, version(number, OptionalDouble.empty(), Optional.empty()));
    }

    private static Path publish(Path model, ModelVersion version) throws IOException {
        Path folder = Files.createDirectories(model.resolve(version.folderName()));
        Files.writeString(folder.resolve(ModelVersion.FILE), json(version));
        return folder;
    }

    static ModelVersion version(int number, OptionalDouble evalLoss, Optional<String> heldOut) {
        return new ModelVersion(
                "alice",
                number,
                DIGEST,
                "20261128T154500Z-1a2b3c",
                Optional.of(new Parent("models/base/v1", Optional.of("v1"), "b".repeat(64))),
                new Data("data/alice", "a".repeat(64), heldOut),
                new Losses(OptionalDouble.of(3.5), evalLoss),
                "2026-11-28T15:50:00Z",
                "1.0");
    }

    /** The file's text. */
    static String json(ModelVersion version) {
        try {
            return new ObjectMapper().writeValueAsString(version.fields());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
