package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.promptmill.HostileFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader of this package gives a value or the checked refusal, whatever it reads. By default the saved inputs run
 * as tests; {@code mvn -Pfuzz} looks for more (see CONTRIBUTING).
 */
final class ReaderFuzzTest {
    private static final long EXECUTIONS = 1_000_000;
    private static final String DURATION = "30m";

    /** Larger inputs only slow the search down. */
    private static final int MAX_SEED_BYTES = 16 << 10;

    @TempDir
    static Path folder;

    @BeforeAll
    static void aShard() throws IOException {
        Files.createDirectory(folder.resolve("shards"));
        Files.write(folder.resolve("shards").resolve("a"), SmallestModel.safetensors());
    }

    @MethodSource("torchPickleFiles")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void torchPickleFile(byte[] file) throws IOException {
        Path path = Files.write(folder.resolve("pytorch_model.bin"), file);
        read(() -> {
            for (StoredTensor tensor : TorchPickleFile.read(new SteadyFile(path), new ArrayList<>())) {
                assertThat(tensor.offset()).isBetween(0L, (long) file.length);
            }
        });
    }

    @MethodSource("pickles")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void pickle(byte[] pickle) throws IOException {
        read(() -> PickleReader.read(
                new PickleInput(ByteBuffer.wrap(pickle), "pytorch_model.bin"), new TorchObjects("pytorch_model.bin")));
    }

    @MethodSource("torchPickleFiles")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void zipDirectory(byte[] zip) throws IOException {
        Path path = Files.write(folder.resolve("directory.zip"), zip);
        read(() -> {
            try (CheckedFile file = new SteadyFile(path).open()) {
                for (ZipDirectory.Entry entry : ZipDirectory.read(file).values()) {
                    assertThat(entry.dataOffset() + entry.bytes()).isBetween(0L, (long) zip.length);
                }
            }
        });
    }

    @MethodSource("safetensorsHeaders")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void safetensors(byte[] header) throws IOException {
        byte[] file = ByteBuffer.allocate(8 + header.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
        Path path = Files.write(folder.resolve("model.safetensors"), file);
        read(() -> {
            for (StoredTensor tensor : SafetensorsFile.read(new SteadyFile(path))) {
                assertThat(tensor.offset()).isBetween(8L + header.length, (long) file.length);
            }
        });
    }

    @MethodSource("shardIndexes")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void shardIndex(byte[] json) throws IOException {
        Path shards = folder.resolve("shards");
        Files.write(shards.resolve("model.safetensors.index.json"), json);
        read(() -> {
            for (String file : WeightFiles.find(new CheckpointFolder(shards), new ArrayList<>())
                    .files()) {
                assertThat(shards.resolve(file).normalize().getParent()).isEqualTo(shards);
            }
        });
    }

    @MethodSource("configs")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void config(byte[] json) throws IOException {
        String text = new String(json, StandardCharsets.ISO_8859_1);
        read(() -> {
            List<String> warnings = new ArrayList<>();
            Gpt2Config config = Gpt2ConfigReader.read(StrictJson.parse(text, "config.json"), null, warnings);
            GenerationLayers.read(StrictJson.parse(text, "config.json"), null, config, warnings);
        });
    }

    @MethodSource("adapterConfigs")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void adapterConfig(byte[] json) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        Files.write(adapter.resolve(LoraConfig.FILE), json);
        read(() -> LoraConfig.read(new CheckpointFolder(adapter), new ArrayList<>())
                .scaling("transformer.h.0.attn.c_attn", 4));
    }

    @MethodSource("generationConfigs")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void generationConfig(byte[] json) throws IOException {
        Files.write(folder.resolve("generation_config.json"), json);
        read(() -> {
            List<String> warnings = new ArrayList<>();
            var model = StrictJson.parse(SmallestModel.CONFIG, "config.json");
            var generation = StrictJson.read(new CheckpointFolder(folder), "generation_config.json");
            Gpt2Config config = Gpt2ConfigReader.read(model, generation, warnings);
            GenerationLayers.read(model, generation, config, warnings);
        });
    }

    static Stream<byte[]> torchPickleFiles() {
        return Stream.concat(
                Stream.of(SmallestModel.zip(), SmallestModel.legacy()),
                small(Stream.concat(
                        HostileContainers.all(), HostilePickles.all().limit(40))));
    }

    static Stream<byte[]> pickles() {
        return Stream.concat(
                Stream.of(SmallestModel.pickle()),
                HostilePickles.all()
                        .filter(hostile -> hostile.content().length <= MAX_SEED_BYTES)
                        .map(HostilePickles::pickleOf));
    }

    static Stream<byte[]> safetensorsHeaders() {
        return Stream.concat(Stream.of(SmallestModel.safetensors()), small(HostileSafetensors.all()))
                .filter(file -> file.length > 8)
                .map(file -> Arrays.copyOfRange(file, 8, file.length));
    }

    static Stream<byte[]> shardIndexes() {
        return json("model.safetensors.index.json", "{\"weight_map\":{\"wte.weight\":\"a\",\"ln_f.bias\":\"b\"}}");
    }

    static Stream<byte[]> adapterConfigs() {
        return json(
                LoraConfig.FILE,
                "{\"peft_type\":\"LORA\",\"lora_alpha\":16,\"use_rslora\":true,\"alpha_pattern\":{\"c_attn\":2}}");
    }

    static Stream<byte[]> configs() {
        return json("config.json", SmallestModel.CONFIG);
    }

    static Stream<byte[]> generationConfigs() {
        return json(
                "generation_config.json",
                "{\"bos_token_id\":0,\"eos_token_id\":[0,1],\"temperature\":0.5,\"bad_words_ids\":[[1]]}");
    }

    private static Stream<byte[]> json(String file, String good) {
        return Stream.concat(
                Stream.of(good.getBytes(StandardCharsets.UTF_8)),
                small(HostileSettings.all().filter(hostile -> hostile.file().equals(file))));
    }

    private static Stream<byte[]> small(Stream<HostileFile> files) {
        return files.map(HostileFile::content).filter(content -> content.length <= MAX_SEED_BYTES);
    }

    /** What a reader does with a file. */
    @FunctionalInterface
    private interface Reading {
        void run() throws InvalidCheckpointException, IOException;
    }

    private static void read(Reading reading) throws IOException {
        try {
            reading.run();
        } catch (InvalidCheckpointException e) {
            HostileFile.assertOneShortLine(e);
        }
    }
}
