package io.promptmill.spark.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.promptmill.Sha256;
import io.promptmill.compile.CompiledModel;
import io.promptmill.spark.TestSpark;
import io.promptmill.tokenizer.CheckpointTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
final class ModelBroadcastTest {
    private static final int SIZE = 40_000_000;

    private final JavaSparkContext spark =
            JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

    @TempDir
    Path folder;

    private byte[] content;
    private Path archive;

    @BeforeEach
    void writeArchive() throws IOException {
        content = new byte[SIZE];
        new Random(1).nextBytes(content);
        archive = Files.write(folder.resolve("model.pt"), content);
    }

    private ModelBroadcast broadcast(String digest) throws IOException {
        return ModelBroadcast.of(spark, new CompiledModel(archive, SIZE, digest, 2L * SIZE), CheckpointTokenizer.NONE);
    }

    private String digest() {
        return Sha256.hex(Sha256.newDigest().digest(content));
    }

    @Test
    void theArchiveArrivesInATask() throws IOException {
        ModelBroadcast broadcast = broadcast(digest());
        Files.delete(archive);
        String directory = folder.resolve("executor").toString();

        List<String> found = spark.parallelize(List.of(1, 2), 2)
                .map(task -> {
                    Path file = broadcast.materialize(Path.of(directory));
                    return Sha256.hex(Sha256.newDigest().digest(Files.readAllBytes(file)));
                })
                .collect();

        assertThat(found).containsExactly(digest(), digest());
        assertThat(broadcast.loadedBytes()).isEqualTo(2L * SIZE);
        assertThat(broadcast.tokenizer()).isEmpty();
        assertThat(broadcast.digest()).matches("[0-9a-f]{64}");
        broadcast.unpersist(spark);
    }

    @Test
    void anArchiveThatIsNotWhatWasCompiledIsRefused() throws IOException {
        ModelBroadcast broadcast = broadcast("0".repeat(64));
        Path directory = folder.resolve("executor");

        assertThatIOException()
                .isThrownBy(() -> broadcast.materialize(directory))
                .withMessageContaining("arrived with digest " + digest())
                .withMessageContaining("Run again.");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }
}
