package io.promptmill.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.promptmill.Fuzzing;
import io.promptmill.checkpoint.SmallestModel;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reader of safetensors gives a value or the checked refusal, whatever it reads. By default the
 * saved inputs run as tests; {@code mvn -Pfuzz} looks for more (see CONTRIBUTING).
 */
final class SafetensorsFuzzTest {
    @TempDir
    static Path folder;

    @MethodSource("safetensorsHeaders")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void safetensors(byte[] header) throws IOException {
        byte[] file = ByteBuffer.allocate(8 + header.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
        Path path = Files.write(folder.resolve("model.safetensors"), file);
        Fuzzing.read(() -> {
            for (StoredTensor tensor : SafetensorsFile.read(new SteadyFile(path))) {
                assertThat(tensor.offset()).isBetween(8L + header.length, (long) file.length);
            }
        });
    }

    static Stream<byte[]> safetensorsHeaders() {
        return Stream.concat(Stream.of(SmallestModel.safetensors()), Fuzzing.small(HostileSafetensors.all()))
                .filter(file -> file.length > 8)
                .map(file -> Arrays.copyOfRange(file, 8, file.length));
    }
}
