package io.promptmill.checkpoint.lora;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.promptmill.Fuzzing;
import io.promptmill.checkpoint.HostileSettings;
import io.promptmill.files.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reader of an adapter's configuration gives a value or the checked refusal, whatever it reads. By default the
 * saved inputs run as tests; {@code mvn -Pfuzz} looks for more (see CONTRIBUTING).
 */
final class LoraConfigFuzzTest {
    @TempDir
    static Path folder;

    @MethodSource("adapterConfigs")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void adapterConfig(byte[] json) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        Files.write(adapter.resolve(LoraConfig.FILE), json);
        Fuzzing.read(() -> LoraConfig.read(new CheckpointFolder(adapter), new ArrayList<>())
                .scaling("transformer.h.0.attn.c_attn", 4));
    }

    static Stream<byte[]> adapterConfigs() {
        return HostileSettings.seeds(
                LoraConfig.FILE,
                "{\"peft_type\":\"LORA\",\"lora_alpha\":16,\"use_rslora\":true,\"alpha_pattern\":{\"c_attn\":2}}");
    }
}
