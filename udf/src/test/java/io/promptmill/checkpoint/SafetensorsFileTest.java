package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsFileTest {
    private static final String TWO_FLOATS = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    private Path folder;

    static Stream<Arguments> badHeaders() {
        return Stream.of(
                bad("", 8, "does not begin with {"),
                bad("{", 8, "does not begin with {"),
                bad("{x}", 8, "JSON is malformed"),
                bad("[]", 0, "does not begin with {"),
                bad(" {}", 0, "does not begin with {"),
                bad("{}\n", 0, "does not begin with {"),
                bad("{}\0\0", 0, "does not begin with {"),
                bad("{}{}", 0, "JSON is malformed"),
                bad("{\"a\":" + TWO_FLOATS + ",\"a\":" + TWO_FLOATS + "}", 8, "Duplicate field 'a'"),
                bad(tensor("\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"), 8, "Duplicate"),
                bad(tensor("\"shape\":[2],\"data_offsets\":[0,8]"), 8, "unknown dtype ''"),
                bad(tensor("\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]"), 8, "unknown dtype 'F33'"),
                bad(tensor("\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]"), 8, "unknown dtype '7'"),
                bad(tensor("\"dtype\":\"F32\",\"data_offsets\":[0,8]"), 8, "shape is not a list"),
                bad(tensor("\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]"), 8, "shape is not a list"),
                bad(shape("-2"), 8, "shape is not a list"),
                bad(shape("2.0"), 8, "shape is not a list"),
                bad(shape("1e3"), 8, "shape is not a list"),
                bad(shape("\"2\""), 8, "shape is not a list"),
                bad(shape("18446744073709551616"), 8, "shape is not a list"),
                bad(shape("4611686018427387904,4"), 8, "more than 2^63 bits"),
                bad(shape("576460752303423488"), 8, "more than 2^63 bits"),
                bad(shape("3"), 8, "of F32 [3] has 8 bytes"),
                bad(shape("2,2"), 8, "of F32 [2, 2] has 8 bytes"),
                bad(shape(""), 8, "of F32 [] has 8 bytes"),
                bad(tensor("\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]"), 1, "of F4 [3] has 1 bytes"),
                bad(tensor("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]"), 8, "data_offsets [8, 0]"),
                bad(tensor("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]"), 8, "data_offsets [0]"),
                bad(tensor("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]"), 12, "begins at 4 where 0"),
                bad("{\"a\":" + TWO_FLOATS + ",\"b\":" + TWO_FLOATS + "}", 8, "begins at 0 where 8"),
                bad("{\"a\":" + TWO_FLOATS + "}", 9, "need 8 bytes but it has 9"),
                bad("{\"a\":" + TWO_FLOATS + "}", 7, "need 8 bytes but it has 7"),
                bad("{\"__metadata__\":{\"format\":1}}", 0, "not a map of texts"),
                bad("{\"__metadata__\":[]}", 0, "not a map of texts"),
                bad("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 0, "JSON is malformed"));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void aHeaderThatBreaksARuleIsRefusedWithTheReason(String header, int valueBytes, String reason) throws Exception {
        assertRefused(file(header, valueBytes), reason);
    }

    @Test
    void aFileShorterThanItsLengthFieldIsRefused() throws Exception {
        assertRefused(new byte[0], "it ends early: 8 bytes are expected at 0 but it has only 0");
        assertRefused(new byte[7], "it has only 7");
        assertRefused(length(0), "does not begin with {");
        assertRefused(length(3), "3 bytes are expected at 8 but it has only 8");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 100_000_001, 1L << 40})
    void aHeaderLengthBeyondTheLimitIsRefusedBeforeItIsAllocated(long bytes) throws Exception {
        assertRefused(length(bytes), "a header of " + Long.toUnsignedString(bytes) + " bytes is more than the allowed");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws Exception {
        byte[] file = file("{\"x\":1}", 0);
        file[10] = (byte) 0xff;
        assertRefused(file, "not UTF-8");
    }

    @Test
    void aGitLfsPointerIsNamed() throws Exception {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8);
        assertRefused(pointer, "is a Git LFS pointer, not the weights themselves");
        assertRefused(pointer, "run 'git lfs pull'");
    }

    @Test
    void emptyFilesScalarsEmptyTensorsAndUnalignedHeadersAreFine() throws Exception {
        assertThat(read(file("{}", 0))).isEmpty();
        assertThat(read(file("{\"__metadata__\":{}}   ", 0))).isEmpty();
        List<StoredTensor> tensors = read(file(
                "{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[4,7],\"note\":1},"
                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[5,0],\"data_offsets\":[4,4]},"
                        + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                7));
        assertThat(tensors).extracting(StoredTensor::name).containsExactly("s", "e", "b");
        assertThat(tensors.get(0).shape()).isEmpty();
        assertThat(tensors.get(2).offset() - tensors.get(0).offset()).isEqualTo(4);
    }

    @Test
    void valuesBeyondTwoGibibytesAreReached() throws Exception {
        long begin = 3L << 30;
        byte[] head = file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + begin + "],\"data_offsets\":[0," + begin + "]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + begin + "," + (begin + 4)
                        + "]}}",
                0);
        Path path = folder.resolve("model.safetensors");
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.write(head);
            sparse.seek(head.length + begin);
            sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(2.5f)));
        }

        StoredTensor far = SafetensorsFile.read(path).get(1);
        assertThat(far.map("b", DataType.F32).data().getFloat()).isEqualTo(2.5f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fp16"})
    void aFileCutAnywhereIsRefused(String container) throws Exception {
        Path file = folder.resolve("model.safetensors");
        Files.copy(TinyModel.folder(container).resolve("model.safetensors"), file);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            for (long size = cut.length() - 1; size >= 0; size -= 97) {
                cut.setLength(size);
                assertThatThrownBy(() -> SafetensorsFile.read(file)).isInstanceOf(InvalidCheckpointException.class);
            }
        }
    }

    /** A file of that header and that many zero bytes. */
    static byte[] file(String header, int valueBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + valueBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static byte[] length(long bytes) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes)
                .array();
    }

    private static String tensor(String fields) {
        return "{\"a\":{" + fields + "}}";
    }

    private static String shape(String sizes) {
        return tensor("\"dtype\":\"F32\",\"shape\":[" + sizes + "],\"data_offsets\":[0,8]");
    }

    private static Arguments bad(String header, int valueBytes, String reason) {
        return Arguments.of(header, valueBytes, reason);
    }

    private List<StoredTensor> read(byte[] bytes) throws InvalidCheckpointException, IOException {
        return SafetensorsFile.read(Files.write(folder.resolve("model.safetensors"), bytes));
    }

    private void assertRefused(byte[] bytes, String reason) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining(reason);
    }
}
