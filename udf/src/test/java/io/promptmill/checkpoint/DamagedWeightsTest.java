package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Weights that lost their end or have one byte flipped, at every place. A lost end is always missed, a flipped byte
 * wherever it is not part of a value; a value's is missed by the zip's checksums, elsewhere nothing but it differs.
 */
final class DamagedWeightsTest {
    private enum Container {
        SAFETENSORS("model.safetensors"),
        ZIP("pytorch_model.bin"),
        LEGACY_STREAM("pytorch_model.bin");

        private final String file;

        Container(String file) {
            this.file = file;
        }

        byte[] content() {
            return switch (this) {
                case SAFETENSORS -> SmallestModel.safetensors();
                case ZIP -> SmallestModel.zip();
                case LEGACY_STREAM -> SmallestModel.legacy();
            };
        }
    }

    /** The lowest bit, one in the middle, the highest, all. */
    private static final int[] FLIPS = {0x01, 0x08, 0x80, 0xff};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void aFileCutAnywhereIsRefused(Container container) throws Exception {
        byte[] content = container.content();
        try (RandomAccessFile file = write(container)) {
            for (int size = content.length - 1; size >= 0; size--) {
                file.setLength(size);
                assertThatThrownBy(() -> Checkpoint.open(folder))
                        .as("cut after %d bytes", size)
                        .isInstanceOf(InvalidCheckpointException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedByteRefusesTheFileOrChangesOneByteOfOneValue(Container container) throws Exception {
        byte[] content = container.content();
        try (RandomAccessFile file = write(container)) {
            Model whole = model();
            int changed = 0;
            int refused = 0;
            for (int at = 0; at < content.length; at++) {
                for (int flip : FLIPS) {
                    overwrite(file, at, content[at] ^ flip);
                    try {
                        Model damaged = model();
                        assertThat(damaged.tensors)
                                .as("byte %d flipped by %d", at, flip)
                                .isEqualTo(whole.tensors);
                        int differences = damaged.differences(whole);
                        assertThat(differences)
                                .as("byte %d flipped by %d", at, flip)
                                .isLessThanOrEqualTo(1);
                        changed += differences;
                    } catch (InvalidCheckpointException e) {
                        refused++;
                    }
                }
                overwrite(file, at, content[at]);
            }
            // The zip has checksums.
            int flippedValues = whole.values.limit() * FLIPS.length;
            assertThat(changed).isEqualTo(container == Container.ZIP ? 0 : flippedValues);
            assertThat(refused).isGreaterThan(content.length * FLIPS.length / 2);
        }
    }

    private RandomAccessFile write(Container container) throws Exception {
        Files.writeString(folder.resolve("config.json"), SmallestModel.CONFIG);
        Path file = Files.write(folder.resolve(container.file), container.content());
        return new RandomAccessFile(file.toFile(), "rw");
    }

    private static void overwrite(RandomAccessFile file, int at, int value) throws Exception {
        file.seek(at);
        file.write(value);
    }

    private Model model() throws Exception {
        List<String> tensors = new ArrayList<>();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            for (String name : checkpoint.tensorNames()) {
                Tensor tensor = checkpoint.tensor(name);
                tensors.add(name + " " + tensor.dataType() + " " + tensor.shape());
                ByteBuffer data = tensor.data();
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                values.writeBytes(bytes);
            }
        }
        return new Model(tensors, ByteBuffer.wrap(values.toByteArray()));
    }

    /** Names, types and shapes, and all values one after the other. */
    private record Model(List<String> tensors, ByteBuffer values) {
        int differences(Model other) {
            int differences = 0;
            for (int i = 0; i < values.limit(); i++) {
                differences += values.get(i) == other.values.get(i) ? 0 : 1;
            }
            return differences;
        }
    }
}
