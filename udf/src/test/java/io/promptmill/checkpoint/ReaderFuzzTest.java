package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.promptmill.Fuzzing;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamilies;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader of a checkpoint's settings gives a value or the checked refusal, whatever it reads. By default the
 * saved inputs run as tests; {@code mvn -Pfuzz} looks for more (see CONTRIBUTING).
 */
final class ReaderFuzzTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void aShard() throws IOException {
        Files.createDirectory(folder.resolve("shards"));
        Files.write(folder.resolve("shards").resolve("a"), SmallestModel.safetensors());
    }

    @MethodSource("shardIndexes")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void shardIndex(byte[] json) throws IOException {
        Path shards = folder.resolve("shards");
        Files.write(shards.resolve("model.safetensors.index.json"), json);
        Fuzzing.read(() -> {
            for (String file : WeightFiles.find(new CheckpointFolder(shards), new ArrayList<>())
                    .files()) {
                assertThat(shards.resolve(file).normalize().getParent()).isEqualTo(shards);
            }
        });
    }

    @MethodSource("configs")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void config(byte[] json) throws IOException {
        String text = new String(json, StandardCharsets.ISO_8859_1);
        Fuzzing.read(() -> {
            List<String> warnings = new ArrayList<>();
            ModelConfig config =
                    ModelFamilies.installed().read(CheckpointFiles.parse(text, "config.json"), null, warnings);
            GenerationDefaults.read(CheckpointFiles.parse(text, "config.json"), null, config, warnings);
        });
    }

    @MethodSource("generationConfigs")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void generationConfig(byte[] json) throws IOException {
        Files.write(folder.resolve("generation_config.json"), json);
        Fuzzing.read(() -> {
            List<String> warnings = new ArrayList<>();
            var model = CheckpointFiles.parse(SmallestModel.CONFIG, "config.json");
            var generation = CheckpointFiles.read(new CheckpointFolder(folder), "generation_config.json");
            ModelConfig config = ModelFamilies.installed().read(model, generation, warnings);
            GenerationDefaults.read(model, generation, config, warnings);
        });
    }

    static Stream<byte[]> shardIndexes() {
        return HostileSettings.seeds(
                "model.safetensors.index.json", "{\"weight_map\":{\"wte.weight\":\"a\",\"ln_f.bias\":\"b\"}}");
    }

    static Stream<byte[]> configs() {
        return HostileSettings.seeds("config.json", SmallestModel.CONFIG);
    }

    static Stream<byte[]> generationConfigs() {
        return HostileSettings.seeds(
                "generation_config.json",
                "{\"bos_token_id\":0,\"eos_token_id\":[0,1],\"temperature\":0.5,\"bad_words_ids\":[[1]]}");
    }
}
