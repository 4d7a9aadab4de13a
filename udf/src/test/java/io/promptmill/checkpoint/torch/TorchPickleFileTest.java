package io.promptmill.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.checkpoint.TinyModel;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchPickleFileTest {
    private static final byte[] TWO_FLOATS = new byte[8];

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void aPlainDictionaryOfTensorsIsRead() throws Exception {
        byte[] pickle =
                Pickle.protocol2().ops("}(").tensor("a", "0", 2).ops("u").stop();
        StoredTensor tensor = read(HostilePickles.zip(pickle).bytes()).get(0);

        assertThat(tensor.name()).isEqualTo("a");
        assertThat(tensor.dataType()).isEqualTo("F32");
        assertThat(tensor.shape()).containsExactly(2L);
        assertThat(tensor.strides()).containsExactly(1L);
    }

    @Test
    void parametersMetadataAndStridedMasksOfRealFilesAreRead() throws Exception {
        byte[] pickle = Pickle.protocol2()
                .global("collections", "OrderedDict")
                .ops(")R(")
                .text("p")
                .global("torch._utils", "_rebuild_parameter")
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", "0", 2)
                .vector(1, 1, 7)
                .ops("tR")
                .raw(0x88)
                .global("collections", "OrderedDict")
                .ops(")R")
                .raw(0x87)
                .ops("R")
                .text("strided")
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", "0", 2)
                .vector(0, 5, 0)
                .ops("tRu}")
                .text("_metadata")
                .ops("}sb")
                .stop();
        List<StoredTensor> tensors = read(HostilePickles.zip(pickle).bytes());

        assertThat(tensors).extracting(StoredTensor::name).containsExactly("p", "strided");
        assertThat(tensors.get(0).strides()).containsExactly(7L);
        assertThat(tensors.get(1).strides()).containsExactly(0L);
        assertThat(tensors.get(0).offset() - tensors.get(1).offset()).isEqualTo(4);
    }

    @Test
    void aChecksumOfZeroIsAnAbsentOne() throws Exception {
        StoredZip zip = new StoredZip().entry("model/data.pkl", good());
        byte[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
        zip.entry("model/data/0", "model/data/0", ones, 0, 8, HostileContainers.end(zip));
        assertThat(read(zip.bytes())).hasSize(1);
    }

    @Test
    void aPlaceInTheSixtyFourBitFieldIsFollowed() throws Exception {
        StoredZip zip = new StoredZip().entry("model/data.pkl", good());
        zip.extra(HostileContainers.zip64(HostileContainers.end(zip)))
                .entry("model/data/0", "model/data/0", TWO_FLOATS, 0, 8, -1);
        assertThat(read(zip.bytes())).hasSize(1);
    }

    @Test
    void whatPython2AndPyTorch03WroteIsRead() throws Exception {
        byte[] pickle = new Pickle()
                .raw(0x80, 3)
                .ops("}(U\1aT\1\0\0\0bU\1c")
                .global("torch._utils", "_rebuild_tensor")
                .ops("(")
                .storage("CharStorage", "0", 8)
                .number(0)
                .number(8)
                .raw(0x85)
                .number(1)
                .raw(0x85)
                .ops("tRu")
                .stop();
        List<StoredTensor> tensors = read(HostilePickles.zip(pickle).bytes());

        assertThat(tensors).extracting(StoredTensor::name).containsExactly("c");
        assertThat(tensors.get(0).dataType()).isEqualTo("I8");
        assertThat(warnings).containsExactly("pytorch_model.bin: 'a' is no tensor and is ignored");
    }

    @Test
    void aLegacyStreamIsRead() throws Exception {
        assertThat(read(HostileContainers.legacy(0x88, "0", 2, 8))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin-zip", "bin-legacy"})
    void aFileWithChangedBytesIsReadOrRefusedButNothingElse(String container) throws Exception {
        byte[] original = Files.readAllBytes(TinyModel.folder(container).resolve("pytorch_model.bin"));
        // Structure lies in the first and last bytes; the seed makes a failure repeatable.
        Random random = new Random(20);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = original.clone();
            for (int flip = 0; flip < 1 + round % 3; flip++) {
                int at = random.nextInt(6_000);
                bytes[random.nextBoolean() ? at : bytes.length - 1 - at] = (byte) random.nextInt();
            }
            try {
                assertThat(read(bytes)).hasSizeGreaterThan(40);
            } catch (InvalidCheckpointException e) {
                assertThat(e).hasMessageContaining("pytorch_model.bin");
            }
        }
    }

    private static byte[] good() {
        return Pickle.protocol2().ops("}(").tensor("a", "0", 2).ops("u").stop();
    }

    private List<StoredTensor> read(byte[] bytes) throws InvalidCheckpointException, IOException {
        return TorchPickleFile.read(new SteadyFile(Files.write(folder.resolve("pytorch_model.bin"), bytes)), warnings);
    }
}
