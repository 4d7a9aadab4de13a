package io.promptmill.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.Goldens;
import io.promptmill.files.SteadyFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "forms/reorder-fp16"})
    void aFileOfTransformersIsWrittenByteForByte(String container) throws Exception {
        Path original = Goldens.path(container).resolve("model.safetensors");
        List<Tensor> tensors = tensors(original);
        Collections.shuffle(tensors, new Random(1));

        assertThat(written(SafetensorsWriter.OF_PYTORCH, tensors)).isEqualTo(Files.readAllBytes(original));
    }

    private static List<Tensor> tensors(Path file) throws Exception {
        List<Tensor> tensors = new ArrayList<>();
        for (StoredTensor stored : SafetensorsFile.read(new SteadyFile(file))) {
            tensors.add(stored.open(stored.name()));
        }
        return tensors;
    }

    private static byte[] written(Map<String, String> metadata, List<Tensor> tensors) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafetensorsWriter.write(metadata, tensors, out);
        return out.toByteArray();
    }

    @Test
    void widerTypesComeFirstAndTheHeaderEndsAtAMultipleOfEight() throws Exception {
        byte[] file = written(
                Map.of(),
                List.of(
                        tensor("a", DataType.F16, List.of(3L), 6),
                        tensor("c", DataType.F32, List.of(), 4),
                        tensor("b", DataType.F32, List.of(2L, 0L), 0)));

        String header = new String(file, 8, file.length - 8 - 10, StandardCharsets.UTF_8);
        assertThat(header.strip())
                .isEqualTo("{\"b\":{\"dtype\":\"F32\",\"shape\":[2,0],\"data_offsets\":[0,0]},"
                        + "\"c\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[4,10]}}");
        assertThat(header.length() % 8).isZero();
        Path path = Files.write(folder.resolve("some.safetensors"), file);
        assertThat(tensors(path)).extracting(Tensor::name).containsExactly("b", "c", "a");
    }

    @Test
    void valuesThatDoNotFillTheirShapeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> written(Map.of(), List.of(tensor("x", DataType.F32, List.of(3L), 8))))
                .withMessageContaining("x of F32 [3] has 8 bytes");
    }

    private static Tensor tensor(String name, DataType type, List<Long> shape, int bytes) {
        return new Tensor(name, type, shape, () -> ByteBuffer.allocate(bytes));
    }
}
