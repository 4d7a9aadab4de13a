package io.promptmill.checkpoint.torch;

import io.promptmill.HostileFile;
import io.promptmill.checkpoint.weights.SafetensorsFileTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Files by the name {@code pytorch_model.bin} whose container is broken, another one, or several at once. */
public final class HostileContainers {
    private static final byte[] TWO_FLOATS = new byte[8];
    private static final int END_BYTES = 22;

    private HostileContainers() {}

    public static Stream<HostileFile> all() {
        return Stream.of(entries(), headers(), ends(), otherFormats(), legacyStreams())
                .flatMap(cases -> cases);
    }

    private static Stream<HostileFile> entries() {
        StoredZip manyFolders = zip();
        for (int i = 0; i < 1_000; i++) {
            manyFolders.entry("model/data/" + "x/".repeat(500) + i, new byte[0]);
        }
        return Stream.of(
                zip("one name twice", zip().entry("model/data/0", TWO_FLOATS), "two zip entries 'model/data/0'"),
                zip("a path upwards", zip().entry("model/../x", TWO_FLOATS), "'model/../x', which is no plain path"),
                zip("a path through itself", zip().entry("model/./x", TWO_FLOATS), "which is no plain path"),
                zip("an absolute path", zip().entry("/model/x", TWO_FLOATS), "'/model/x', which is no plain path"),
                zip("a folder as entry", zip().entry("model/", new byte[0]), "'model/', which is no plain path"),
                zip("a path of Windows", zip().entry("model\\..\\x", TWO_FLOATS), "which is no plain path"),
                zip("a name without characters", zip().entry("", TWO_FLOATS), "'', which is no plain path"),
                zip("a second root", zip().entry("other/x", TWO_FLOATS), "not one that torch.save wrote"),
                zip("an entry outside the root", zip().entry("x", TWO_FLOATS), "not one that torch.save wrote"),
                zip("a name of lines", zip().entry("m\n\u001b[31m/x", TWO_FLOATS), "not one that torch.save wrote"),
                zip("a compressed entry", zip().method(8).entry("model/x", TWO_FLOATS), "compressed or encrypted"),
                zip("an encrypted entry", zip().flags(1).entry("model/x", TWO_FLOATS), "compressed or encrypted"),
                zip("a patch as entry", zip().flags(0x20).entry("model/x", TWO_FLOATS), "compressed or encrypted"),
                zip("constants of a program", zip().entry("model/constants.pkl", TWO_FLOATS), "a TorchScript archive"),
                zip("code", zip().entry("model/code/__torch__.py", TWO_FLOATS), "a program rather than weights"),
                zip("big-endian values", zip().entry("model/byteorder", bytes("big")), "not little-endian"),
                zip("a byte order of lines", zip().entry("model/byteorder", bytes("little\n")), "not little-endian"),
                zip("no pickle", new StoredZip().entry("model/x", TWO_FLOATS), "no entry 'model/data.pkl'"),
                zip("no entry at all", new StoredZip(), "does not begin with its one protocol number"),
                zip("an empty pickle", new StoredZip().entry("model/data.pkl", new byte[0]), "ends early"),
                zip(
                        "a thousand deep folders without a pickle",
                        new StoredZip().entry("m/" + "x/".repeat(900) + "y", TWO_FLOATS),
                        "no entry 'm/data.pkl'"),
                zip("a thousand deep folders", manyFolders, "the weights are not those of the GPT-2"));
    }

    private static Stream<HostileFile> headers() {
        int end = end(zip());
        byte[] malformedExtra = {1, 0, 99, 0};
        return Stream.of(
                zip(
                        "two names for one entry",
                        zip().entry("model/x", "model/y", TWO_FLOATS, 0, 8, end),
                        "'model/y' differs from the zip's directory"),
                zip("two sizes", zip().entry("model/x", "model/x", TWO_FLOATS, 0, 7, end), "'model/x' differs from"),
                zip("a place that is another's", zip().entry("model/x", "model/x", TWO_FLOATS, 0, 8, 0), "differs"),
                zip(
                        "a place behind the end",
                        zip().entry("model/x", "model/x", TWO_FLOATS, 0, 8, 1 << 30),
                        "ends early"),
                zip(
                        "a size without its field",
                        zip().entry("model/x", "model/x", TWO_FLOATS, 0, -1, end),
                        "64-bit size"),
                zip(
                        "a place without its field",
                        zip().entry("model/x", "model/x", TWO_FLOATS, 0, 8, -1),
                        "64-bit size"),
                zip(
                        "a negative size of 64 bits",
                        zip().extra(zip64(Long.MIN_VALUE)).entry("model/x", "model/x", TWO_FLOATS, 0, -1, end),
                        "64-bit size"),
                zip(
                        "a place of 2^63 - 1",
                        zip().extra(zip64(Long.MAX_VALUE)).entry("model/x", "model/x", TWO_FLOATS, 0, 8, -1),
                        "ends early"),
                zip(
                        "a negative place",
                        zip().extra(zip64(-8)).entry("model/x", "model/x", TWO_FLOATS, 0, 8, -1),
                        "ends early"),
                zip(
                        "an extra field longer than itself",
                        zip().extra(malformedExtra).entry("model/x", TWO_FLOATS),
                        "has a malformed extra field"),
                zip("bytes between entries", zip().junk(new byte[40]).entry("model/x", TWO_FLOATS), "leave a gap"),
                zip("bytes before the directory", zip().junk(new byte[40]), "overlap or leave a gap"),
                new HostileFile(
                        "bytes before the first entry",
                        "pytorch_model.bin",
                        new StoredZip()
                                .junk(bytes("PK\3\4"))
                                .entry("model/data.pkl", TWO_FLOATS)
                                .bytes(),
                        "overlap or leave a gap at byte 0"),
                zip(
                        "a wrong checksum",
                        new StoredZip()
                                .entry("model/data.pkl", good())
                                .entry(
                                        "model/data/0",
                                        "model/data/0",
                                        TWO_FLOATS,
                                        5,
                                        8,
                                        end(new StoredZip().entry("model/data.pkl", good()))),
                        "the checksum of its zip entry 'model/data/0' is wrong"),
                zip(
                        "a wrong checksum of the pickle",
                        new StoredZip().entry("model/data.pkl", "model/data.pkl", good(), 5, good().length, 0),
                        "the checksum of its zip entry 'model/data.pkl' is wrong"));
    }

    private static Stream<HostileFile> ends() {
        byte[] whole = zip().bytes();
        int end = whole.length - END_BYTES;
        return Stream.of(
                bin("a byte behind the end", Arrays.copyOf(whole, whole.length + 1), "not the end of the file"),
                bin("a comment", changed(whole, end + 20, 1), "not the end of the file"),
                bin("a second disk", changed(whole, end + 4, 1), "missing or not the end of the file"),
                bin("one entry too many", changed(whole, end + 10, 3), "its zip directory is malformed"),
                bin("one entry too few", changed(whole, end + 10, 1), "longer than its entries"),
                bin("a directory elsewhere", changed(whole, end + 16, 0), "is not where the zip's end says"),
                bin("a directory of another length", changed(whole, end + 12, 1), "is not where the zip's end says"),
                bin("65,535 entries", changed(changed(whole, end + 10, 0xff), end + 11, 0xff), "is malformed"),
                bin(
                        "a directory that is no directory",
                        changed(whole, end(zip()), 'X'),
                        "its zip directory is malformed"),
                bin("a directory that ends in a name", changed(whole, end(zip()) + 28, 0xff), "its zip directory"),
                bin(
                        "only an end",
                        Arrays.copyOfRange(whole, end, whole.length),
                        "does not begin with its one protocol"),
                bin("only a beginning", Arrays.copyOf(whole, 4), "it ends early"),
                bin("a zip in a zip", twice(whole), "is not where the zip's end says"),
                bin("ends that contradict each other", zip64End(9), "the two ends of its zip contradict"),
                bin("2^63 entries", zip64End(Long.MIN_VALUE), "contradict each other"));
    }

    private static Stream<HostileFile> otherFormats() {
        byte[] tar = new byte[1_024];
        System.arraycopy(bytes("ustar"), 0, tar, 257, 5);
        return Stream.of(
                bin("nothing", new byte[0], "it ends early"),
                bin("three bytes", new byte[3], "it ends early"),
                bin("a tar", tar, "is a tar archive, which PyTorch wrote before 0.1.10"),
                bin(
                        "7z",
                        new Pickle().ops("7z").raw(0xbc, 0xaf, 0x27, 0x1c, 0, 4).bytes(),
                        "is a 7z archive"),
                bin("gzip", new Pickle().raw(0x1f, 0x8b, 8, 0).bytes(), "is gzip data"),
                bin("HDF5", new Pickle().raw(0x89).ops("HDF\r\n").bytes(), "is an HDF5 file"),
                bin("a Git LFS pointer", bytes("version https://git-lfs.github.com/spec/v1\n"), "run 'git lfs pull'"),
                bin("a page of the web", bytes("<!DOCTYPE html>"), "does not begin with its one protocol"),
                bin("safetensors", SafetensorsFileTest.file("{}", 0), "does not begin with its one protocol"),
                bin("zeros", new byte[4_096], "does not begin with its one protocol"));
    }

    private static Stream<HostileFile> legacyStreams() {
        byte[] good = legacy(0x88, "0", 2, 8);
        Pickle magic = new Pickle().raw(Arrays.copyOf(unsigned(good), 15));
        return Stream.of(
                bin("a stream of big-endian values", legacy(0x89, "0", 2, 8), "its values are not little-endian"),
                bin("a stream of another storage", legacy(0x88, "1", 2, 8), "lists a storage that no tensor uses"),
                bin("a stream with a longer storage", legacy(0x88, "0", 3, 8), "should have 2 elements but has 3"),
                bin("a stream with a negative storage", legacy(0x88, "0", -2, 8), "should have 2 elements but has -2"),
                bin("a stream that ends early", legacy(0x88, "0", 2, 7), "it ends early"),
                bin("a stream with bytes behind it", legacy(0x88, "0", 2, 9), "has bytes behind them"),
                bin("a plain pickle", Pickle.protocol2().ops("}").stop(), "a pickle but none that torch.save wrote"),
                bin("only the magic number", magic.bytes(), "ends early"),
                bin(
                        "a pickle of another version",
                        new Pickle()
                                .raw(unsigned(magic.bytes()))
                                .raw(0x80, 2)
                                .number(1002)
                                .stop(),
                        "an unknown version of PyTorch's format"),
                bin(
                        "a call where the machine should be",
                        new Pickle()
                                .raw(unsigned(magic.bytes()))
                                .raw(0x80, 2)
                                .number(1001)
                                .ops(".")
                                .raw(0x80, 2)
                                .global("os", "system")
                                .stop(),
                        "asks for the Python name 'os.system'"),
                bin("a storage that is listed twice", legacyKeys("](X\1\0\0\0" + "0X\1\0\0\0" + "0e."), "or twice"),
                bin("a storage that is no text", legacyKeys("](K\0e."), "lists a storage that no tensor uses"),
                bin("no list of storages", legacyKeys("}."), "it has no list of storages"),
                bin("a list of no storages", legacyKeys("]."), "it lacks storages that its tensors use"));
    }

    /** A stream of one tensor of two floats and these other parts. */
    static byte[] legacy(int littleEndian, String key, long count, int valueBytes) {
        return legacyState(littleEndian)
                .ops("](")
                .text(key)
                .ops("e.")
                .int32((int) count)
                .int32((int) (count >> 32))
                .raw(new int[valueBytes])
                .bytes();
    }

    private static byte[] legacyKeys(String opcodes) {
        return legacyState(0x88).ops(opcodes).int32(2).int32(0).raw(new int[8]).bytes();
    }

    /** A stream up to the protocol of its last pickle. */
    private static Pickle legacyState(int littleEndian) {
        return new Pickle()
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
                .raw(0x80, 2);
    }

    private static byte[] good() {
        return Pickle.protocol2().ops("}(").tensor("a", "0", 2).ops("u").stop();
    }

    private static StoredZip zip() {
        return HostilePickles.zip(good());
    }

    /** Where the next entry of a zip, or else its directory, begins. */
    static int end(StoredZip zip) {
        byte[] bytes = zip.bytes();
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 6);
    }

    /** An extra field with one number of 64 bits. */
    static byte[] zip64(long number) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 1)
                .putShort((short) 8)
                .putLong(number)
                .array();
    }

    /** A zip with an end of 64 bits that claims that many entries. */
    private static byte[] zip64End(long entries) {
        byte[] whole = zip().bytes();
        int end = whole.length - END_BYTES;
        int directory = end(zip());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, end);
        out.writeBytes(ByteBuffer.allocate(56 + 20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x06064b50)
                .putLong(44)
                .putInt(12, 0x001e_001e)
                .putLong(24, entries)
                .putLong(32, entries)
                .putLong(40, end - directory)
                .putLong(48, directory)
                .putInt(56, 0x07064b50)
                .putLong(64, end)
                .putInt(72, 1)
                .array());
        out.write(whole, end, END_BYTES);
        return out.toByteArray();
    }

    private static byte[] twice(byte[] zip) {
        byte[] both = Arrays.copyOf(zip, 2 * zip.length);
        System.arraycopy(zip, 0, both, zip.length, zip.length);
        return both;
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static int[] unsigned(byte[] bytes) {
        int[] numbers = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            numbers[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return numbers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static HostileFile zip(String name, StoredZip zip, String refusal) {
        return bin(name, zip.bytes(), refusal);
    }

    private static HostileFile bin(String name, byte[] content, String refusal) {
        return new HostileFile(name, "pytorch_model.bin", content, refusal);
    }
}
