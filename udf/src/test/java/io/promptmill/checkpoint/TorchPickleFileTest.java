package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchPickleFileTest {
    private static final byte[] TWO_FLOATS = new byte[8];

    @TempDir
    private Path folder;

    @Test
    void aPlainDictionaryOfTensorsIsRead() throws Exception {
        byte[] pickle =
                Pickle.protocol2().ops("}(").tensor("a", "0", 2).ops("u").stop();
        StoredTensor tensor = read(zip(pickle).bytes()).get(0);

        assertThat(tensor.name()).isEqualTo("a");
        assertThat(tensor.dataType()).isEqualTo("F32");
        assertThat(tensor.shape()).containsExactly(2L);
        assertThat(tensor.order()).isEqualTo(StoredTensor.Order.CONTIGUOUS);
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
        List<StoredTensor> tensors = read(zip(pickle).bytes());

        assertThat(tensors).extracting(StoredTensor::name).containsExactly("p", "strided");
        assertThat(tensors.get(0).order()).isEqualTo(StoredTensor.Order.CONTIGUOUS);
        assertThat(tensors.get(1).order()).isEqualTo(StoredTensor.Order.STRIDED);
        assertThat(tensors.get(0).offset() - tensors.get(1).offset()).isEqualTo(4);
    }

    static Stream<Arguments> forbiddenNames() {
        return Stream.of(
                        "os system",
                        "posix system",
                        "nt system",
                        "subprocess Popen",
                        "builtins eval",
                        "builtins exec",
                        "__builtin__ getattr",
                        "importlib import_module",
                        "runpy run_path",
                        "pip main",
                        "webbrowser open",
                        "torch load",
                        "torch.hub load",
                        "torch FloatStorage.from_file",
                        "torch._utils _rebuild_tensor_v2.__globals__",
                        "torch _utils._rebuild_tensor_v2",
                        "collections OrderedDict.__reduce__",
                        "collections Counter",
                        "numpy.core.multiarray _reconstruct")
                .map(name -> Arguments.of(name.substring(0, name.indexOf(" ")), name.substring(name.indexOf(" ") + 1)));
    }

    @ParameterizedTest
    @MethodSource("forbiddenNames")
    void everyPythonNameOffTheListIsRefusedByNameAndPlace(String module, String name) {
        byte[] pickle = Pickle.protocol2()
                .global(module, name)
                .ops("(")
                .text("touch /tmp/x")
                .ops("tR")
                .stop();
        assertRefused(zip(pickle).bytes(), "asks for the Python name '" + module + "." + name + "' (byte 2)");
        assertRefused(zip(pickle).bytes(), "checkpoint_unsafe: pytorch_model.bin/data.pkl");
        assertRefused(zip(pickle).bytes(), "use the model's model.safetensors");
    }

    static Stream<Arguments> forbiddenOpcodes() {
        return Stream.of(
                Arguments.of("STACK_GLOBAL", 0x93),
                Arguments.of("INST", (int) 'i'),
                Arguments.of("OBJ", (int) 'o'),
                Arguments.of("NEWOBJ", 0x81),
                Arguments.of("NEWOBJ_EX", 0x92),
                Arguments.of("EXT1", 0x82),
                Arguments.of("EXT4", 0x84),
                Arguments.of("DUP", (int) '2'),
                Arguments.of("POP", (int) '0'),
                Arguments.of("POP_MARK", (int) '1'),
                Arguments.of("FRAME", 0x95),
                Arguments.of("MEMOIZE", 0x94),
                Arguments.of("PERSID", (int) 'P'),
                Arguments.of("PUT", (int) 'p'),
                Arguments.of("LONG4", 0x8b),
                Arguments.of("BINUNICODE8", 0x8d),
                Arguments.of("BYTEARRAY8", 0x96),
                Arguments.of("NEXT_BUFFER", 0x97),
                Arguments.of("0xff", 0xff));
    }

    @ParameterizedTest
    @MethodSource("forbiddenOpcodes")
    void everyOpcodeOffTheListIsRefusedByNameAndPlace(String name, int code) {
        assertRefused(
                zip(Pickle.protocol2().ops("}").raw(code).stop()).bytes(), "uses the opcode " + name + " (byte 3)");
    }

    static Stream<Arguments> abuses() {
        return Stream.of(
                abuse(Pickle.protocol2().ops("N"), "holds no dictionary"),
                abuse(Pickle.protocol2(), "takes a value that is not there"),
                abuse(Pickle.protocol2().ops("}N"), "ends with values left over"),
                abuse(Pickle.protocol2().ops("}("), "takes a value that is not there"),
                abuse(Pickle.protocol2().ops("t"), "takes a mark that is not there"),
                abuse(Pickle.protocol2().ops("}u"), "takes a mark that is not there"),
                abuse(Pickle.protocol2().ops("}(Nu"), "half an item"),
                abuse(Pickle.protocol2().ops("}(").raw(0x85), "takes a value that is not there"),
                abuse(Pickle.protocol2().ops("}NNs"), "dictionary key that is no text"),
                abuse(Pickle.protocol2().ops("}}}s"), "dictionary key that is no text"),
                abuse(Pickle.protocol2().ops(")").text("a").ops("Ns"), "no dictionary"),
                abuse(Pickle.protocol2().ops("}Na"), "appends to something that is no list"),
                abuse(Pickle.protocol2().ops("}}b"), "state of something that is no OrderedDict"),
                abuse(
                        Pickle.protocol2().global("torch", "FloatStorage").ops("}b"),
                        "state of something that is no OrderedDict"),
                abuse(Pickle.protocol2().ops("})R"), "calls something that is no allowed function"),
                abuse(
                        Pickle.protocol2().global("torch", "FloatStorage").ops(")R"),
                        "calls torch.FloatStorage with arguments other than a weight's"),
                abuse(
                        Pickle.protocol2()
                                .global("collections", "OrderedDict")
                                .ops("]")
                                .raw(0x85)
                                .ops("R"),
                        "calls collections.OrderedDict with arguments"),
                abuse(
                        Pickle.protocol2()
                                .global("torch._utils", "_rebuild_tensor_v2")
                                .ops(")R"),
                        "calls torch._utils._rebuild_tensor_v2 with arguments"),
                abuse(
                        Pickle.protocol2()
                                .global("torch._utils", "_rebuild_parameter")
                                .ops(")R"),
                        "calls torch._utils._rebuild_parameter with arguments"),
                abuse(Pickle.protocol2().ops("h").raw(0), "recalls the index 0"),
                abuse(Pickle.protocol2().ops("j").int32(-1), "recalls the index 4294967295"),
                abuse(Pickle.protocol2().ops("}r").int32(-1), "memorises under the index 4294967295"),
                abuse(Pickle.protocol2().ops("}r").int32(2_000_000), "memorises under the index 2000000"),
                abuse(Pickle.protocol2().ops("q").raw(0), "takes a value that is not there"),
                abuse(Pickle.protocol2().ops("(".repeat(65)), "nested deeper than 64"),
                abuse(Pickle.protocol2().ops("N".repeat(10_001)), "a stack of more than 10000 values"),
                abuse(
                        Pickle.protocol2()
                                .ops("}q")
                                .raw(0)
                                .ops(new String(new byte[2_000_000], StandardCharsets.US_ASCII).replace("\0\0", "h\0")),
                        "a stack of more than 10000 values"),
                abuse(Pickle.protocol2().ops("X").int32(1 << 30), "ends early"),
                abuse(Pickle.protocol2().ops("X").int32(-1), "a text of 4294967295 bytes"),
                abuse(Pickle.protocol2().ops("X").int32(1).raw(0xff), "not UTF-8"),
                abuse(Pickle.protocol2().raw(0x8a, 17), "an integer of 17 bytes"),
                abuse(Pickle.protocol2().ops("c" + "a".repeat(300)), "a Python name of more than 200 bytes"),
                abuse(Pickle.protocol2().raw(0x80, 2).ops("}"), "does not begin with its one protocol"),
                abuse(new Pickle().ops("}"), "does not begin with its one protocol"),
                abuse(new Pickle().raw(0x80, 4).ops("}"), "has protocol 4"),
                abuse(Pickle.protocol2().ops("}."), "is followed by other bytes"),
                abuse(Pickle.protocol2().ops("}").text("a").ops("Ns"), "'a' is no tensor"),
                abuse(
                        Pickle.protocol2()
                                .ops("}q")
                                .raw(0)
                                .text("a")
                                .ops("h")
                                .raw(0)
                                .ops("s"),
                        "'a' is no tensor"),
                abuse(Pickle.protocol2().ops("}").text("a").ops("Ns").text("a").ops("Ns"), "has the key 'a' twice"),
                abuse(Pickle.protocol2().ops("NQ"), "persistent id that is no plain storage"),
                abuse(Pickle.protocol2().storage("FloatStorage", "../x", 2), "persistent id that is no plain storage"),
                abuse(Pickle.protocol2().storage("FloatStorage", "0", -1), "declares a storage of -1 elements"),
                abuse(
                        Pickle.protocol2().storage("FloatStorage", "0", 2).storage("HalfStorage", "0", 4),
                        "declares storage 0 twice and differently"),
                abuse(vector("0", 2, 0, 3, 1), "does not fit its storage of 2 elements"),
                abuse(vector("0", 2, 1, 2, 1), "does not fit its storage of 2 elements"),
                abuse(vector("0", 2, 0, 2, 2), "does not fit its storage of 2 elements"),
                abuse(vector("0", 2, -1, 2, 1), "does not fit its storage of 2 elements"),
                abuse(vector("0", 2, 0, -2, 1), "not whole numbers from 0"),
                abuse(vector("0", 2, 0, 2, -1), "not whole numbers from 0"),
                abuse(vector("0", 3, 0, 2, 1), "storage 0 should have 12 bytes but has 8"),
                abuse(vector("9", 2, 0, 2, 1), "has no entry 'model/data/9'"));
    }

    @ParameterizedTest
    @MethodSource("abuses")
    void aPickleThatBreaksARuleIsRefusedWithTheReason(byte[] pickle, String reason) {
        assertRefused(zip(pickle).bytes(), reason);
    }

    @Test
    void moreThanAMillionOpcodesAreRefused() {
        Pickle pickle = Pickle.protocol2().ops("N").ops("\u0085".repeat(1_000_000));
        assertRefused(zip(pickle.stop()).bytes(), "more than 1000000 opcodes");
    }

    static Stream<Arguments> badZips() {
        byte[] pickle = good();
        return Stream.of(
                Arguments.of(zip(pickle).entry("model/data/0", TWO_FLOATS), "two zip entries 'model/data/0'"),
                Arguments.of(zip(pickle).entry("model/../x", TWO_FLOATS), "'model/../x', which is no plain path"),
                Arguments.of(zip(pickle).entry("/model/x", TWO_FLOATS), "'/model/x', which is no plain path"),
                Arguments.of(zip(pickle).entry("model\\x", TWO_FLOATS), "which is no plain path"),
                Arguments.of(zip(pickle).entry("other/x", TWO_FLOATS), "not one that torch.save wrote"),
                Arguments.of(zip(pickle).entry("x", TWO_FLOATS), "not one that torch.save wrote"),
                Arguments.of(zip(pickle).method(8).entry("model/x", TWO_FLOATS), "compressed or encrypted"),
                Arguments.of(zip(pickle).flags(1).entry("model/x", TWO_FLOATS), "compressed or encrypted"),
                Arguments.of(
                        zip(pickle).entry("model/constants.pkl", TWO_FLOATS),
                        "TorchScript archive, a program rather than weights"),
                Arguments.of(zip(pickle).entry("model/code/__torch__.py", TWO_FLOATS), "TorchScript archive"),
                Arguments.of(
                        zip(pickle).entry("model/byteorder", "big".getBytes(StandardCharsets.UTF_8)),
                        "not little-endian"),
                Arguments.of(
                        zip(pickle).entry("model/x", "model/y", TWO_FLOATS, 0, 8, end(zip(pickle))),
                        "'model/y' differs from the zip's directory"),
                Arguments.of(
                        zip(pickle).entry("model/x", "model/x", TWO_FLOATS, 0, 7, end(zip(pickle))),
                        "'model/x' differs from the zip's directory"),
                Arguments.of(zip(pickle).entry("model/x", "model/x", TWO_FLOATS, 0, 8, 0), "differs"),
                Arguments.of(zip(pickle).entry("model/x", "model/x", TWO_FLOATS, 0, 8, 1 << 30), "ends early"),
                Arguments.of(zip(pickle).entry("model/x", "model/x", TWO_FLOATS, 0, 8, -1), "lacks its 64-bit size"),
                Arguments.of(zip(pickle).junk(new byte[40]), "overlap or leave a gap"),
                Arguments.of(new StoredZip().entry("model/x", TWO_FLOATS), "no entry 'model/data.pkl'"),
                Arguments.of(
                        new StoredZip()
                                .entry("model/data.pkl", pickle)
                                .entry(
                                        "model/data/0",
                                        "model/data/0",
                                        TWO_FLOATS,
                                        5,
                                        8,
                                        end(new StoredZip().entry("model/data.pkl", pickle))),
                        "the checksum of its zip entry 'model/data/0' is wrong"));
    }

    @ParameterizedTest
    @MethodSource("badZips")
    void aZipThatBreaksARuleIsRefusedWithTheReason(StoredZip zip, String reason) {
        assertRefused(zip.bytes(), reason);
    }

    @Test
    void aChecksumOfZeroIsAnAbsentOne() throws Exception {
        StoredZip zip = new StoredZip().entry("model/data.pkl", good());
        byte[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
        zip.entry("model/data/0", "model/data/0", ones, 0, 8, end(zip));
        assertThat(read(zip.bytes())).hasSize(1);
    }

    @Test
    void aPlaceInTheSixtyFourBitFieldIsFollowed() throws Exception {
        StoredZip zip = new StoredZip().entry("model/data.pkl", good());
        byte[] field = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 9)
                .putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) 8)
                .putLong(end(zip))
                .array();
        zip.extra(field).entry("model/data/0", "model/data/0", TWO_FLOATS, 0, 8, -1);
        assertThat(read(zip.bytes())).hasSize(1);
    }

    @Test
    void bytesBehindTheEndOfAZipAreRefused() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(zip(good()).bytes());
        bytes.write(0);
        assertRefused(bytes.toByteArray(), "the end of its zip is missing or not the end of the file");
    }

    @Test
    void otherContainersAreRefusedByName() {
        byte[] tar = new byte[1_024];
        System.arraycopy("ustar".getBytes(StandardCharsets.UTF_8), 0, tar, 257, 5);
        assertRefused(tar, "is a tar archive, which PyTorch wrote before 0.1.10");
        assertRefused(new Pickle().ops("7z").raw(0xbc, 0xaf, 0x27, 0x1c, 0, 4).bytes(), "is a 7z archive");
        assertRefused(new Pickle().raw(0x1f, 0x8b, 8, 0).bytes(), "is gzip data");
        assertRefused(new Pickle().raw(0x89).ops("HDF\r\n").bytes(), "is an HDF5 file");
        assertRefused("version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8), "Git LFS");
        assertRefused("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8), "does not begin with its one protocol");
        assertRefused(new byte[0], "it ends early");
    }

    @Test
    void aLegacyStreamIsReadAndItsEveryPartChecked() throws Exception {
        assertThat(read(legacy(0x88, "0", 2, 8))).hasSize(1);
        assertRefused(legacy(0x89, "0", 2, 8), "its values are not little-endian");
        assertRefused(legacy(0x88, "1", 2, 8), "it lists a storage that no tensor uses, or twice");
        assertRefused(legacy(0x88, "0", 3, 8), "storage 0 should have 2 elements but has 3");
        assertRefused(legacy(0x88, "0", -2, 8), "storage 0 should have 2 elements but has -2");
        assertRefused(legacy(0x88, "0", 2, 7), "it ends early");
        assertRefused(legacy(0x88, "0", 2, 9), "has bytes behind them");
        assertRefused(Pickle.protocol2().ops("}").stop(), "a pickle but none that torch.save wrote");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin-zip", "bin-legacy"})
    void aFileCutAnywhereIsRefused(String container) throws Exception {
        Path file = folder.resolve("pytorch_model.bin");
        Files.copy(TinyModel.folder(container).resolve("pytorch_model.bin"), file);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            for (long size = cut.length() - 1; size >= 0; size -= 97) {
                cut.setLength(size);
                assertThatThrownBy(() -> TorchPickleFile.read(file)).isInstanceOf(InvalidCheckpointException.class);
            }
        }
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

    private static StoredZip zip(byte[] pickle) {
        return new StoredZip().entry("model/data.pkl", pickle).entry("model/data/0", TWO_FLOATS);
    }

    /** Where the next entry of a zip begins. */
    private static int end(StoredZip zip) {
        byte[] bytes = zip.bytes();
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 6);
    }

    private static byte[] legacy(int littleEndian, String key, long count, int valueBytes) {
        Pickle file = new Pickle()
                .raw(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
                .ops(".")
                .raw(0x80, 2)
                .number(1001)
                .ops(".")
                .raw(0x80, 2)
                .ops("}")
                .text("little_endian")
                .raw(littleEndian)
                .ops("s.")
                .raw(0x80, 2)
                .ops("}(")
                .tensor("a", "0", 2)
                .ops("u.")
                .raw(0x80, 2)
                .ops("](")
                .text(key)
                .ops("e.")
                .int32((int) count)
                .int32((int) (count >> 32));
        return file.raw(new int[valueBytes]).bytes();
    }

    private static Pickle vector(String key, int count, int offset, int size, int stride) {
        return Pickle.protocol2()
                .ops("}(")
                .text("a")
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", key, count)
                .vector(offset, size, stride)
                .ops("tRu");
    }

    private static Arguments abuse(Pickle pickle, String reason) {
        return Arguments.of(pickle.stop(), reason);
    }

    private List<StoredTensor> read(byte[] bytes) throws InvalidCheckpointException, IOException {
        return TorchPickleFile.read(Files.write(folder.resolve("pytorch_model.bin"), bytes));
    }

    private void assertRefused(byte[] bytes, String reason) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("pytorch_model.bin")
                .hasMessageContaining(reason);
    }
}
