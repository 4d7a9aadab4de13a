package io.promptmill.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.promptmill.Fuzzing;
import io.promptmill.checkpoint.SmallestModel;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.files.CheckedFile;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader of PyTorch's files gives a value or the checked refusal, whatever it reads. By default the
 * saved inputs run as tests; {@code mvn -Pfuzz} looks for more (see CONTRIBUTING).
 */
final class TorchFuzzTest {
    @TempDir
    static Path folder;

    @MethodSource("torchPickleFiles")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void torchPickleFile(byte[] file) throws IOException {
        Path path = Files.write(folder.resolve("pytorch_model.bin"), file);
        Fuzzing.read(() -> {
            for (StoredTensor tensor : TorchPickleFile.read(new SteadyFile(path), new ArrayList<>())) {
                assertThat(tensor.offset()).isBetween(0L, (long) file.length);
            }
        });
    }

    @MethodSource("pickles")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void pickle(byte[] pickle) throws IOException {
        Fuzzing.read(() -> PickleReader.read(
                new PickleInput(ByteBuffer.wrap(pickle), "pytorch_model.bin"), new TorchObjects("pytorch_model.bin")));
    }

    @MethodSource("torchPickleFiles")
    @FuzzTest(maxDuration = Fuzzing.DURATION, maxExecutions = Fuzzing.EXECUTIONS)
    void zipDirectory(byte[] zip) throws IOException {
        Path path = Files.write(folder.resolve("directory.zip"), zip);
        Fuzzing.read(() -> {
            try (CheckedFile file = new SteadyFile(path).open()) {
                for (ZipDirectory.Entry entry : ZipDirectory.read(file).values()) {
                    assertThat(entry.dataOffset() + entry.bytes()).isBetween(0L, (long) zip.length);
                }
            }
        });
    }

    static Stream<byte[]> torchPickleFiles() {
        return Stream.concat(
                Stream.of(SmallestModel.zip(), SmallestModel.legacy()),
                Fuzzing.small(Stream.concat(
                        HostileContainers.all(), HostilePickles.all().limit(40))));
    }

    static Stream<byte[]> pickles() {
        return Stream.concat(
                Stream.of(SmallestModel.pickle()),
                HostilePickles.all()
                        .filter(hostile -> hostile.content().length <= Fuzzing.MAX_SEED_BYTES)
                        .map(HostilePickles::pickleOf));
    }
}
