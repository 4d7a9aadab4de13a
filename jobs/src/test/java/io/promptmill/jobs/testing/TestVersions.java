package io.promptmill.jobs.testing;

import io.promptmill.jobs.store.Json;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.pretrained.ModelVersion.Data;
import io.promptmill.pretrained.ModelVersion.Losses;
import io.promptmill.pretrained.ModelVersion.Parent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/** Versions of models as a finished training leaves them, apart from the model itself. */
public final class TestVersions {
    private static final String HELD_OUT = "1f".repeat(32);

    private TestVersions() {}

    /** Publishes the version of that number in a folder of versions. */
    public static Path publish(Path model, int number, OptionalDouble evalLoss, String digest) throws IOException {
        ModelVersion version = new ModelVersion(
                model.getFileName().toString(),
                number,
                digest,
                "20261128T15450" + number % 10 + "Z-1a2b3c",
                number == 1
                        ? Optional.empty()
                        : Optional.of(new Parent("models/alice/v1", Optional.of("v1"), "b0".repeat(32))),
                new Data(
                        "data/alice", "a0".repeat(32), evalLoss.isPresent() ? Optional.of(HELD_OUT) : Optional.empty()),
                new Losses(OptionalDouble.of(3.5), evalLoss),
                "2026-11-28T15:50:00Z",
                "1.0");
        Path folder = Files.createDirectories(model.resolve(version.folderName()));
        Files.writeString(folder.resolve(ModelVersion.FILE), Json.write(version.fields()));
        return folder;
    }
}
