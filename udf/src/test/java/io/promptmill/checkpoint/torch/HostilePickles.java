package io.promptmill.checkpoint.torch;

import io.promptmill.HostileFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** Pickles that do what no plain dictionary of tensors does, each in a zip that is in order. */
public final class HostilePickles {
    private static final int[] TOUCH_A_FILE = "touch /tmp/promptmill".chars().toArray();

    private HostilePickles() {}

    public static Stream<HostileFile> all() {
        return Stream.of(
                        forbiddenNames(),
                        otherWaysToCall(),
                        forbiddenOpcodes(),
                        brokenStacks(),
                        expansions(),
                        brokenValues(),
                        misusedObjects(),
                        brokenStorages(),
                        brokenTensors())
                .flatMap(cases -> cases);
    }

    /** A zip with that pickle and storage 0 of two floats. */
    static StoredZip zip(byte[] pickle) {
        return new StoredZip().entry("model/data.pkl", pickle).entry("model/data/0", new byte[8]);
    }

    private static Stream<HostileFile> forbiddenNames() {
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
                        "pickle loads",
                        "torch load",
                        "torch.hub load",
                        "torch.serialization load",
                        "torch.jit._script unpackage_script_module",
                        "torch FloatStorage.from_file",
                        "torch._utils _rebuild_tensor_v2.__globals__",
                        "torch _utils._rebuild_tensor_v2",
                        "torch._utils _rebuild_qtensor",
                        "collections OrderedDict.__reduce__",
                        "collections Counter",
                        "numpy.core.multiarray _reconstruct")
                .map(name -> {
                    String module = name.substring(0, name.indexOf(' '));
                    String member = name.substring(name.indexOf(' ') + 1);
                    Pickle call = Pickle.protocol2()
                            .global(module, member)
                            .ops("(")
                            .text("touch /tmp/x")
                            .ops("tR");
                    String refusal =
                            "checkpoint_unsafe: pytorch_model.bin/data.pkl: its pickle asks for the Python name '"
                                    + module + "." + member + "' (byte 2)";
                    return pickle("calls " + module + "." + member, call, refusal);
                });
    }

    private static Stream<HostileFile> otherWaysToCall() {
        Pickle good = Pickle.protocol2().ops("}(").tensor("a", "0", 2).ops("u");
        return Stream.of(
                pickle(
                        "runs a command, then breaks off as scanners give up there",
                        Pickle.protocol2()
                                .global("posix", "system")
                                .raw(0x8c, TOUCH_A_FILE.length)
                                .raw(TOUCH_A_FILE)
                                .raw(0x85)
                                .ops("R0")
                                .raw(0xff, 0xff),
                        "asks for the Python name 'posix.system'"),
                pickle(
                        "names a function by two texts",
                        Pickle.protocol2().text("os").text("system").raw(0x93),
                        "uses the opcode STACK_GLOBAL"),
                pickle("makes an instance in one step", Pickle.protocol2().ops("(ios\nsystem\n"), "the opcode INST"),
                pickle(
                        "has a line break for a name",
                        Pickle.protocol2().global("torch", "\nFloatStorage"),
                        "asks for the Python name 'torch.'"),
                pickle(
                        "hides a call behind good tensors",
                        good.text("b").global("os", "system").ops(")Rs"),
                        "asks for the Python name 'os.system'"),
                pickle(
                        "holds a program in a text that only eval would run",
                        Pickle.protocol2().text("__import__('os').system('x')"),
                        "holds no dictionary of tensors"),
                pickle(
                        "has control characters in a name",
                        Pickle.protocol2().global("o\u001b[2J", "x\ry"),
                        "asks for the Python name 'o?[2J.x?y'"));
    }

    private static Stream<HostileFile> forbiddenOpcodes() {
        Map<String, Integer> opcodes = Map.ofEntries(
                Map.entry("STACK_GLOBAL", 0x93),
                Map.entry("INST", (int) 'i'),
                Map.entry("OBJ", (int) 'o'),
                Map.entry("NEWOBJ", 0x81),
                Map.entry("NEWOBJ_EX", 0x92),
                Map.entry("EXT1", 0x82),
                Map.entry("EXT2", 0x83),
                Map.entry("EXT4", 0x84),
                Map.entry("DUP", (int) '2'),
                Map.entry("POP", (int) '0'),
                Map.entry("POP_MARK", (int) '1'),
                Map.entry("FRAME", 0x95),
                Map.entry("MEMOIZE", 0x94),
                Map.entry("PERSID", (int) 'P'),
                Map.entry("PUT", (int) 'p'),
                Map.entry("GET", (int) 'g'),
                Map.entry("LONG4", 0x8b),
                Map.entry("BINUNICODE8", 0x8d),
                Map.entry("BINBYTES8", 0x8e),
                Map.entry("BYTEARRAY8", 0x96),
                Map.entry("NEXT_BUFFER", 0x97),
                Map.entry("EMPTY_SET", 0x8f),
                Map.entry("FROZENSET", 0x91),
                Map.entry("0xff", 0xff));
        return opcodes.entrySet().stream()
                .map(opcode -> pickle(
                        "opcode " + opcode.getKey(),
                        Pickle.protocol2().ops("}").raw(opcode.getValue()),
                        "uses the opcode " + opcode.getKey() + " (byte 3)"));
    }

    private static Stream<HostileFile> brokenStacks() {
        return Stream.of(
                pickle("None", Pickle.protocol2().ops("N"), "holds no dictionary"),
                pickle("no value", Pickle.protocol2(), "takes a value that is not there"),
                pickle("a value too many", Pickle.protocol2().ops("}N"), "ends with values left over"),
                pickle("an open mark", Pickle.protocol2().ops("}("), "takes a value that is not there"),
                pickle("a tuple without a mark", Pickle.protocol2().ops("t"), "takes a mark that is not there"),
                pickle("items without a mark", Pickle.protocol2().ops("}u"), "takes a mark that is not there"),
                pickle("half an item", Pickle.protocol2().ops("}(Nu"), "half an item"),
                pickle("steps over a mark", Pickle.protocol2().ops("}(").raw(0x85), "takes a value that is not there"),
                pickle("ends twice", Pickle.protocol2().ops("}."), "is followed by other bytes"),
                pickle("two protocols", Pickle.protocol2().raw(0x80, 2).ops("}"), "its one protocol number"),
                pickle("no protocol", new Pickle().ops("}"), "does not begin with its one protocol"),
                pickle("protocol 4", new Pickle().raw(0x80, 4).ops("}"), "has protocol 4"),
                pickle("recalls nothing", Pickle.protocol2().ops("h").raw(0), "recalls the index 0"),
                pickle("recalls a negative index", Pickle.protocol2().ops("j").int32(-1), "the index 4294967295"),
                pickle("memorises nothing", Pickle.protocol2().ops("q").raw(0), "takes a value that is not there"));
    }

    /** Small files that would be large, deep or endless when read without limits. */
    private static Stream<HostileFile> expansions() {
        Pickle laughs = Pickle.protocol2().ops("]q").raw(0);
        for (int level = 1; level < 100; level++) {
            laughs.ops("](")
                    .ops("h\0".replace('\0', (char) (level - 1)).repeat(10))
                    .ops("eq")
                    .raw(level);
        }
        String million = "\u0085".repeat(999_000);
        return Stream.of(
                pickle("a negative memo index", Pickle.protocol2().ops("}r").int32(-1), "under the index 4294967295"),
                pickle("a sparse memo", Pickle.protocol2().ops("}r").int32(2_000_000), "under the index 2000000"),
                pickle("marks in marks", Pickle.protocol2().ops("(".repeat(65)), "nested deeper than 64"),
                pickle("a high stack", Pickle.protocol2().ops("N".repeat(10_001)), "a stack of more than 10000 values"),
                pickle(
                        "a high stack by memo",
                        Pickle.protocol2().ops("}q\0").ops("h\0".repeat(900_000)),
                        "a stack of more than 10000 values"),
                pickle("a million laughs to the hundredth", laughs, "ends with values left over"),
                pickle("tuples nested a million deep", Pickle.protocol2().ops("N" + million), "no dictionary"),
                pickle(
                        "more than a million opcodes",
                        Pickle.protocol2().ops("N" + "\u0085".repeat(1_000_000)),
                        "more than 1000000 opcodes"),
                pickle(
                        "a dictionary that holds itself",
                        Pickle.protocol2().ops("}q\0").text("a").ops("h\0s"),
                        "'a' is no tensor"),
                pickle("a list that holds itself", Pickle.protocol2().ops("]q\0h\0a"), "no dictionary of tensors"),
                pickle("a text of a gibibyte", Pickle.protocol2().ops("X").int32(1 << 30), "ends early"),
                pickle(
                        "a text of negative length",
                        Pickle.protocol2().ops("X").int32(-1),
                        "a text of 4294967295 bytes"),
                pickle("an integer of 255 bytes", Pickle.protocol2().raw(0x8a, 255), "an integer of 255 bytes"),
                pickle("a name without end", Pickle.protocol2().ops("c" + "a".repeat(300)), "more than 200 bytes"),
                pickle("a pickle of 9 MiB", Pickle.protocol2().text("a".repeat(9 << 20)), "its data.pkl has 9437"));
    }

    private static Stream<HostileFile> brokenValues() {
        return Stream.of(
                pickle("an integer longer than the file", Pickle.protocol2().raw(0x8a, 9), "ends early"),
                pickle(
                        "a text that is not UTF-8",
                        Pickle.protocol2().ops("X").int32(1).raw(0xff),
                        "not UTF-8"),
                pickle(
                        "a surrogate in UTF-8",
                        Pickle.protocol2().ops("X").int32(3).raw(0xed, 0xa0, 0x80),
                        "not UTF-8"),
                pickle("a key that is None", Pickle.protocol2().ops("}NNs"), "dictionary key that is no text"),
                pickle("a key that is a dictionary", Pickle.protocol2().ops("}}}s"), "dictionary key that is no text"),
                pickle("a key of bytes", Pickle.protocol2().ops("}B\0\0\0\0Ns"), "uses the opcode BINBYTES"),
                pickle(
                        "a value that is None",
                        Pickle.protocol2().ops("}").text("a").ops("Ns"),
                        "'a' is no tensor"),
                pickle("a value that is a function", functionAsValue(), "'a' is no tensor"),
                pickle(
                        "a key twice",
                        Pickle.protocol2()
                                .ops("}")
                                .text("a")
                                .ops("Ns")
                                .text("a")
                                .ops("Ns"),
                        "has the key 'a' twice"),
                pickle(
                        "a key of 8 MB",
                        Pickle.protocol2()
                                .ops("}")
                                .text("a\n".repeat(4_000_000))
                                .ops("Ns"),
                        "'a?a?"));
    }

    private static Pickle functionAsValue() {
        return Pickle.protocol2()
                .ops("}")
                .text("a")
                .global("torch._utils", "_rebuild_parameter")
                .ops("s");
    }

    private static Stream<HostileFile> misusedObjects() {
        return Stream.of(
                pickle("items of a tuple", Pickle.protocol2().ops(")").text("a").ops("Ns"), "no dictionary"),
                pickle("items of a tensor", tensor().text("a").ops("Ns"), "no dictionary"),
                pickle("appends to a dictionary", Pickle.protocol2().ops("}Na"), "something that is no list"),
                pickle("appends to a storage", storage("FloatStorage", "0", 2).ops("Na"), "no list"),
                pickle("state of a plain dictionary", Pickle.protocol2().ops("}}b"), "no OrderedDict"),
                pickle("state of a function", function("torch", "FloatStorage").ops("}b"), "no OrderedDict"),
                pickle("state of a storage", storage("FloatStorage", "0", 2).ops("}b"), "no OrderedDict"),
                pickle("state of a tensor", tensor().ops("}b"), "no OrderedDict"),
                pickle(
                        "state that is no dictionary",
                        function("collections", "OrderedDict").ops(")RNb"),
                        "state of something that is no OrderedDict"),
                pickle("calls a dictionary", Pickle.protocol2().ops("})R"), "no allowed function"),
                pickle("calls a text", Pickle.protocol2().text("eval").ops(")R"), "no allowed function"),
                pickle(
                        "calls without a tuple",
                        function("collections", "OrderedDict").ops("]R"),
                        "no allowed function"),
                pickle("calls a storage type", function("torch", "FloatStorage").ops(")R"), "calls torch.FloatStorage"),
                pickle(
                        "makes a dictionary of a list",
                        function("collections", "OrderedDict")
                                .ops("]")
                                .raw(0x85)
                                .ops("R"),
                        "calls collections.OrderedDict with arguments other than a weight's"),
                pickle(
                        "a tensor of nothing",
                        function("torch._utils", "_rebuild_tensor_v2").ops(")R"),
                        "calls torch._utils._rebuild_tensor_v2 with arguments"),
                pickle(
                        "a parameter of nothing",
                        function("torch._utils", "_rebuild_parameter").ops(")R"),
                        "calls torch._utils._rebuild_parameter with arguments"),
                pickle(
                        "a tensor with hooks",
                        function("torch._utils", "_rebuild_tensor_v2")
                                .ops("(")
                                .storage("FloatStorage", "0", 2)
                                .ops("K\0K\2")
                                .raw(0x85)
                                .ops("K\1")
                                .raw(0x85, 0x89)
                                .ops("}")
                                .text("hook")
                                .ops("NstR"),
                        "calls torch._utils._rebuild_tensor_v2 with arguments"));
    }

    private static Stream<HostileFile> brokenStorages() {
        String noStorage = "persistent id that is no plain storage";
        return Stream.of(
                pickle("a persistent id that is None", Pickle.protocol2().ops("NQ"), noStorage),
                pickle(
                        "a persistent id of another kind",
                        Pickle.protocol2().ops("(").text("module").ops("tQ"),
                        noStorage),
                pickle("a storage outside its folder", storage("FloatStorage", "../x", 2), noStorage),
                pickle("a storage by absolute path", storage("FloatStorage", "/etc/passwd", 2), noStorage),
                pickle("a storage key of digits without end", storage("FloatStorage", "1".repeat(30), 2), noStorage),
                pickle("a storage of a function's type", storage("_utils", "0", 2), "Python name 'torch._utils'"),
                pickle("a storage of an unknown type", storage("QInt8Storage", "0", 2), "torch.QInt8Storage"),
                pickle("a negative storage", storage("FloatStorage", "0", -1), "declares a storage of -1 elements"),
                pickle(
                        "a storage of 2^63 bytes",
                        Pickle.protocol2()
                                .ops("(")
                                .text("storage")
                                .global("torch", "DoubleStorage")
                                .text("0")
                                .text("cpu")
                                .raw(0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x10)
                                .ops("tQ"),
                        "declares a storage of 1152921504606846976 elements"),
                pickle(
                        "a storage of 2^64 elements",
                        Pickle.protocol2()
                                .ops("(")
                                .text("storage")
                                .global("torch", "FloatStorage")
                                .text("0")
                                .text("cpu")
                                .raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1)
                                .ops("tQ"),
                        noStorage),
                pickle(
                        "one storage of two types",
                        storage("FloatStorage", "0", 2).storage("HalfStorage", "0", 4),
                        "declares storage 0 twice and differently"),
                pickle("a storage longer than its entry", vector("0", 3, 0, 2, 1), "should have 12 bytes but has 8"),
                pickle("a storage without entry", vector("9", 2, 0, 2, 1), "has no entry 'model/data/9'"));
    }

    private static Stream<HostileFile> brokenTensors() {
        String outside = "does not fit its storage of 2 elements";
        return Stream.of(
                pickle("longer than its storage", vector("0", 2, 0, 3, 1), outside),
                pickle("begins too late", vector("0", 2, 1, 2, 1), outside),
                pickle("steps too far", vector("0", 2, 0, 2, 2), outside),
                pickle("begins before its storage", vector("0", 2, -1, 2, 1), outside),
                pickle("an empty tensor behind its storage", vector("0", 2, 3, 0, 1), outside),
                pickle("steps that overflow", vector("0", 2, 0, 1 << 30, Integer.MAX_VALUE), outside),
                pickle("a negative size", vector("0", 2, 0, -2, 1), "not whole numbers from 0"),
                pickle("a negative stride", vector("0", 2, 0, 2, -1), "not whole numbers from 0"),
                pickle("2^62 elements in a storage of two", sizes(62, 0), outside),
                pickle("more elements than 64 bits count", sizes(64, 0), "more than 8 dimensions"),
                pickle("elements that overflow", squared(), outside),
                pickle("fewer strides than sizes", sizes(1, 2), outside));
    }

    /** A tensor of size 2 in each of its dimensions and stride 0, with that many strides more. */
    private static Pickle sizes(int log2, int moreStrides) {
        if (log2 == 62) {
            // 2^62 in eight dimensions.
            return rebuilt(
                    Pickle.protocol2(), new int[] {1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 7, 1 << 7}, 8);
        }
        int[] sizes = new int[log2];
        Arrays.fill(sizes, 2);
        return rebuilt(Pickle.protocol2(), sizes, log2 + moreStrides);
    }

    private static Pickle squared() {
        return rebuilt(Pickle.protocol2(), new int[] {1 << 30, 1 << 30, 1 << 30}, 3);
    }

    private static Pickle rebuilt(Pickle pickle, int[] sizes, int strides) {
        pickle.ops("}")
                .text("a")
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", "0", 2)
                .ops("K\0(");
        for (int size : sizes) {
            pickle.number(size);
        }
        pickle.ops("t(");
        for (int i = 0; i < strides; i++) {
            pickle.number(0);
        }
        return pickle.ops("t").raw(0x89).global("collections", "OrderedDict").ops(")RtRs");
    }

    private static Pickle function(String module, String name) {
        return Pickle.protocol2().global(module, name);
    }

    private static Pickle storage(String type, String key, int count) {
        return Pickle.protocol2().storage(type, key, count);
    }

    private static Pickle tensor() {
        return function("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", "0", 2)
                .vector(0, 2, 1)
                .ops("tR");
    }

    /** A dictionary with one vector of that place, size and stride in a storage. */
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

    private static HostileFile pickle(String name, Pickle pickle, String refusal) {
        return new HostileFile(name, "pytorch_model.bin", zip(pickle.stop()).bytes(), refusal);
    }

    /** The pickle that a case's zip holds, for readers that take it without the zip. */
    static byte[] pickleOf(HostileFile hostile) {
        String zip = new String(hostile.content(), StandardCharsets.ISO_8859_1);
        int begin = zip.indexOf("model/data.pkl") + "model/data.pkl".length();
        return zip.substring(begin, zip.indexOf("PK\3\4", begin)).getBytes(StandardCharsets.ISO_8859_1);
    }
}
