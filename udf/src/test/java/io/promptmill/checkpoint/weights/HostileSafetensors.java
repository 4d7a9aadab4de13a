package io.promptmill.checkpoint.weights;

import io.promptmill.HostileFile;
import io.promptmill.checkpoint.torch.Pickle;
import io.promptmill.checkpoint.torch.StoredZip;
import io.promptmill.files.CheckpointFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Safetensors files that break a rule of the format, each one rule. */
public final class HostileSafetensors {
    private static final String TWO_FLOATS = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    private HostileSafetensors() {}

    public static Stream<HostileFile> all() {
        return Stream.of(lengths(), headers(), fields(), shapes(), offsets(), expansions())
                .flatMap(cases -> cases);
    }

    private static Stream<HostileFile> lengths() {
        String tooLong = " bytes is more than the allowed " + CheckpointFiles.MAX_BYTES;
        return Stream.of(
                bytes("nothing", new byte[0], "8 bytes are expected at 0 but it has only 0"),
                bytes("seven bytes", new byte[7], "it has only 7"),
                bytes("no header", length(0), "does not begin with {"),
                bytes("a header behind the end", length(3), "3 bytes are expected at 8 but it has only 8"),
                bytes("a header of 2^63 bytes", length(Long.MIN_VALUE), "9223372036854775808" + tooLong),
                bytes("a header of 2^64 - 1 bytes", length(-1), "18446744073709551615" + tooLong),
                bytes("a header of 100,000,001 bytes", length(100_000_001), "100000001" + tooLong),
                bytes("a header of 2^40 bytes", length(1L << 40), "1099511627776" + tooLong),
                bytes("a Git LFS pointer", utf8("version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer"),
                bytes(
                        "a pickle",
                        Pickle.protocol2()
                                .ops("}(")
                                .tensor("a", "0", 2)
                                .ops("u")
                                .stop(),
                        "more than the"),
                bytes(
                        "a zip",
                        new StoredZip().entry("model/data.pkl", new byte[9]).bytes(),
                        "more than the allowed"));
    }

    private static Stream<HostileFile> headers() {
        byte[] latin1 = SafetensorsFileTest.file("{\"x\":1}", 0);
        latin1[10] = (byte) 0xe9;
        String brackets = "does not begin with { or ends in something other than } and spaces";
        return Stream.of(
                bytes("a header that is not UTF-8", latin1, "a text in it is not UTF-8"),
                header("an empty header", "", brackets),
                header("half an object", "{", brackets),
                header("no JSON", "{x}", "JSON is malformed"),
                header("a list", "[]", brackets),
                header("a space before the object", " {}", brackets),
                header("a byte order mark", "\ufeff{}", brackets),
                header("a line feed behind the object", "{}\n", brackets),
                header("zeros behind the object", "{}\0\0", brackets),
                header("two objects", "{}{}", "JSON is malformed"),
                header("a comment", "{/**/}", "JSON is malformed"),
                header("a trailing comma", "{\"__metadata__\":{},}", "JSON is malformed"),
                header("a name twice", "{\"a\":" + TWO_FLOATS + ",\"a\":" + TWO_FLOATS + "}", "Duplicate field 'a'"),
                header(
                        "a name twice, once escaped",
                        "{\"a\":" + TWO_FLOATS + ",\"\\u0061\":" + TWO_FLOATS + "}",
                        "Duplicate field 'a'"),
                header("metadata with a number", "{\"__metadata__\":{\"format\":1}}", "not a map of texts"),
                header("metadata in metadata", "{\"__metadata__\":{\"a\":{}}}", "not a map of texts"),
                header("metadata as a list", "{\"__metadata__\":[]}", "not a map of texts"),
                header("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", "Duplicate field"),
                header("a field of lines", "{\"a\nb\":1}", "JSON is malformed"),
                header(
                        "a name of lines",
                        "{\"a\\n\\u001b[2J\\u202e\":1}",
                        "tensor 'a??[2J?' has the unknown dtype ''"));
    }

    private static Stream<HostileFile> fields() {
        return Stream.of(
                tensor("a tensor that is a number", "1", "unknown dtype ''"),
                tensor("a tensor that is null", "null", "unknown dtype ''"),
                tensor("a tensor of nothing", "{}", "unknown dtype ''"),
                tensor("no dtype", "{\"shape\":[2],\"data_offsets\":[0,8]}", "unknown dtype ''"),
                tensor("no shape", "{\"dtype\":\"F32\",\"data_offsets\":[0,8]}", "shape is not a list"),
                tensor("no offsets", "{\"dtype\":\"F32\",\"shape\":[2]}", "data_offsets is not a list"),
                tensor("a dtype twice", "{\"dtype\":\"F32\"," + TWO_FLOATS.substring(1), "Duplicate field 'dtype'"),
                tensor("an unknown dtype", TWO_FLOATS.replace("F32", "F33"), "unknown dtype 'F33'"),
                tensor("a dtype in lower case", TWO_FLOATS.replace("F32", "f32"), "unknown dtype 'f32'"),
                tensor("a dtype of numbers", TWO_FLOATS.replace("\"F32\"", "7"), "unknown dtype '7'"),
                tensor(
                        "four bits of an odd number",
                        "{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}",
                        "of F4 [3] has 1 bytes"));
    }

    private static Stream<HostileFile> shapes() {
        String noList = "shape is not a list of whole numbers from 0 to 2^63 - 1";
        return Stream.of(
                shape("a shape that is a number", "2", noList),
                shape("a negative size", "[-2]", noList),
                shape("a size with a fraction", "[2.0]", noList),
                shape("a size with an exponent", "[1e3]", noList),
                shape("a size as text", "[\"2\"]", noList),
                shape("a size that is null", "[null]", noList),
                shape("a list as size", "[[2]]", noList),
                shape("a size of 2^64", "[18446744073709551616]", noList),
                shape("a size of 2,000 digits", "[" + "9".repeat(2_000) + "]", "JSON is malformed"),
                shape("a size of 1e999999999", "[1e999999999]", noList),
                shape("sizes that overflow", "[4611686018427387904,4]", "more than 2^63 bits"),
                shape("bits that overflow", "[576460752303423488]", "more than 2^63 bits"),
                shape("nine dimensions", "[1,1,1,1,1,1,1,1,2]", "has more than 8 numbers"),
                shape("three floats in eight bytes", "[3]", "of F32 [3] has 8 bytes"),
                shape("four floats in eight bytes", "[2,2]", "of F32 [2, 2] has 8 bytes"),
                shape("one float in eight bytes", "[]", "of F32 [] has 8 bytes"),
                shape(
                        "no float in eight bytes",
                        "[9223372036854775807,0]",
                        "of F32 [9223372036854775807, 0] has 8 bytes"));
    }

    private static Stream<HostileFile> offsets() {
        String overlap = TWO_FLOATS.replace("[0,8]", "[4,12]");
        return Stream.of(
                tensor("offsets reversed", TWO_FLOATS.replace("[0,8]", "[8,0]"), "data_offsets [8, 0]"),
                tensor("one offset", TWO_FLOATS.replace("[0,8]", "[8]"), "data_offsets [8]"),
                tensor("three offsets", TWO_FLOATS.replace("[0,8]", "[0,8,8]"), "data_offsets [0, 8, 8]"),
                tensor("negative offsets", TWO_FLOATS.replace("[0,8]", "[-8,0]"), "data_offsets is not a list"),
                tensor("a hole at the beginning", overlap, "begins at 4 where 0 is expected"),
                header(
                        "two in one place",
                        "{\"a\":" + TWO_FLOATS + ",\"b\":" + TWO_FLOATS + "}",
                        "begins at 0 where 8"),
                header("overlapping", "{\"a\":" + TWO_FLOATS + ",\"b\":" + overlap + "}", "begins at 4 where 8"),
                file("a byte that no tensor owns", "{\"a\":" + TWO_FLOATS + "}", 9, "need 8 bytes but it has 9"),
                file("a byte too few", "{\"a\":" + TWO_FLOATS + "}", 7, "need 8 bytes but it has 7"),
                file("values without tensors", "{}", 64, "need 0 bytes but it has 64"),
                tensor(
                        "offsets at the end of 64 bits",
                        "{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[9223372036854775800,9223372036854775807]}",
                        "begins at 9223372036854775800 where 0"),
                tensor(
                        "an exabyte",
                        "{\"dtype\":\"U8\",\"shape\":[1152921504606846975],\"data_offsets\":[0,1152921504606846975]}",
                        "need 1152921504606846975 bytes but it has 8"));
    }

    /** Headers that cost much more than their size where nothing is counted. */
    private static Stream<HostileFile> expansions() {
        String values = "1,".repeat(CheckpointFiles.MAX_BYTES / 2 - 100) + "1";
        String objects = "{},".repeat(CheckpointFiles.MAX_BYTES / 3 - 100) + "{}";
        String tensors = IntStream.range(0, 60_000)
                .mapToObj(i -> "\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}")
                .collect(Collectors.joining(","));
        return Stream.of(
                header(
                        "lists nested 100,000 deep",
                        "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                        "depth"),
                header("objects nested 100,000 deep", "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000), "depth"),
                header("two million sizes", "{\"a\":{\"shape\":[" + values + "]}}", "more than 1000000 JSON tokens"),
                header("a million objects", "{\"a\":[" + objects + "]}", "more than 1000000 JSON tokens"),
                file("60,000 tensors", "{" + tensors + "}", 0, "the weights are not those of the GPT-2"),
                header("names whose hashes collide in Java", "{" + names("Aa", "BB") + "}", "unknown dtype ''"),
                header("names whose hashes collide in Jackson", "{" + names("Ab", "BA") + "}", "unknown dtype ''"),
                header("a name of 4 MB", "{\"" + "\\n".repeat(2_000_000) + "\":1}", "tensor '???"),
                header("a name of 4 MB twice", twice("x".repeat(2_000_000)), "Duplicate field 'xxx"),
                header(
                        "a dtype of 4 MB",
                        "{\"a\":{\"dtype\":\"" + "x".repeat(4_000_000) + "\"}}",
                        "unknown dtype 'xxx"));
    }

    /** 4,096 names out of two syllables, which hash the same: Java multiplies by 31, Jackson by 33. */
    private static String names(String zero, String one) {
        return IntStream.range(4_096, 8_192)
                .mapToObj(i -> Integer.toBinaryString(i).replace("0", zero).replace("1", one))
                .map(name -> "\"" + name + "\":1")
                .collect(Collectors.joining(","));
    }

    private static String twice(String name) {
        return "{\"" + name + "\":1,\"" + name + "\":1}";
    }

    private static byte[] length(long bytes) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes)
                .array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static HostileFile shape(String name, String shape, String refusal) {
        return tensor(name, TWO_FLOATS.replace("[2]", shape), refusal);
    }

    private static HostileFile tensor(String name, String fields, String refusal) {
        return header(name, "{\"a\":" + fields + "}", refusal);
    }

    private static HostileFile header(String name, String header, String refusal) {
        return file(name, header, 8, refusal);
    }

    private static HostileFile file(String name, String header, int valueBytes, String refusal) {
        return bytes(name, SafetensorsFileTest.file(header, valueBytes), refusal);
    }

    private static HostileFile bytes(String name, byte[] content, String refusal) {
        return new HostileFile(name, "model.safetensors", content, refusal);
    }
}
