package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.family.TensorTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The names of the weights that a network learns, which lie in its archive, a line each. Stateless. */
public final class WeightNames {
    /** Their file among the archive's. */
    static final String FILE = "weights.txt";

    private WeightNames() {}

    /**
     * The names by which transformers stores the weights, {@code transformer.wte.weight}, in the network's order.
     *
     * @param archive written by {@link ModelCompiler#compileForTraining}
     * @throws IOException when it cannot be read, or is another archive
     */
    public static List<String> in(Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry names = zip.getEntry(TorchScriptArchive.extraName(FILE));
            if (names == null) {
                throw new IOException(archive + " is not the archive of a network that learns");
            }
            try (InputStream in = zip.getInputStream(names)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            }
        }
    }

    static String text(Checkpoint checkpoint) {
        TensorTable table = checkpoint.config().tensors();
        return checkpoint.tensorNames().stream()
                .map(name -> table.fullTensorName(name) + "\n")
                .collect(Collectors.joining());
    }
}
