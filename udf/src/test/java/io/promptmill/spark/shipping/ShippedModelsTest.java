package io.promptmill.spark.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.RandomCheckpoint;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.Precision;
import io.promptmill.pretrained.PretrainedModel;
import io.promptmill.spark.TestSpark;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
final class ShippedModelsTest {
    private final SparkContext spark = TestSpark.session().sparkContext();
    private final Queue<CompiledModel> compiled = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    /** One that no other test ships. */
    private Path model(long seed) throws Exception {
        return new RandomCheckpoint(300, 16, 8, 1, 2, seed).write(folder.resolve("model"));
    }

    private ModelBroadcast ship(Path location, Precision precision) throws Exception {
        RemoteCheckpoint source =
                new RemoteCheckpoint(location.toString(), Optional.empty(), spark.hadoopConfiguration());
        try (PretrainedModel opened = PretrainedModel.open(source)) {
            return ShippedModels.ship(spark, opened, precision, compiled::add);
        }
    }

    @Test
    void whoeverAsksForTheSameFilesAtTheSameTimeOrLaterGetsOneBroadcast() throws Exception {
        Path model = model(1);
        Path copy = Files.createDirectory(folder.resolve("copy"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(model.resolve(file), copy.resolve(file));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<ModelBroadcast>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Path location = i % 2 == 0 ? model : copy;
                asked.add(threads.submit(() -> ship(location, Precision.FP32)));
            }
            ModelBroadcast first = asked.get(0).get();
            for (Future<ModelBroadcast> each : asked) {
                assertThat(each.get()).isSameAs(first);
            }
            assertThat(compiled).hasSize(1);
            assertThat(ShippedModels.ship(spark, copy.toString(), Optional.empty(), Precision.FP32)
                            .broadcast())
                    .as("by its location, as the plugin, a stage and a query do")
                    .isSameAs(first);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anotherPrecisionAndFilesThatHaveChangedAreCompiledAnew() throws Exception {
        Path model = model(2);
        ModelBroadcast first = ship(model, Precision.FP32);
        assertThat(ship(model, Precision.INT8)).isNotSameAs(first);
        assertThat(compiled).hasSize(2);

        try (RandomAccessFile weights =
                new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            weights.seek(weights.length() - 1);
            weights.write(0);
        }
        ModelBroadcast changed = ship(model, Precision.FP32);
        assertThat(compiled).hasSize(3);
        assertThat(changed.digest()).isNotEqualTo(first.digest());
        assertThat(first.materialize(folder.resolve("executor"))).isNotEmptyFile();
    }
}
