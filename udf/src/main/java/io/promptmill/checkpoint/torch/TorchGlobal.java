package io.promptmill.checkpoint.torch;

import java.util.Optional;

/**
 * The only Python names a checkpoint's pickle may mention: those that plain state dictionaries need. None of them is
 * looked up or run; each stands for a few lines of {@link TorchObjects}.
 */
enum TorchGlobal {
    ORDERED_DICT("collections.OrderedDict"),
    REBUILD_TENSOR("torch._utils._rebuild_tensor"),
    REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils._rebuild_parameter"),
    FLOAT_STORAGE("torch.FloatStorage", "F32", 4),
    HALF_STORAGE("torch.HalfStorage", "F16", 2),
    BFLOAT16_STORAGE("torch.BFloat16Storage", "BF16", 2),
    DOUBLE_STORAGE("torch.DoubleStorage", "F64", 8),
    LONG_STORAGE("torch.LongStorage", "I64", 8),
    INT_STORAGE("torch.IntStorage", "I32", 4),
    SHORT_STORAGE("torch.ShortStorage", "I16", 2),
    CHAR_STORAGE("torch.CharStorage", "I8", 1),
    BYTE_STORAGE("torch.ByteStorage", "U8", 1),
    BOOL_STORAGE("torch.BoolStorage", "BOOL", 1);

    private final String qualifiedName;
    private final String dataType;
    private final int bytes;

    TorchGlobal(String qualifiedName) {
        this(qualifiedName, null, 0);
    }

    TorchGlobal(String qualifiedName, String dataType, int bytes) {
        this.qualifiedName = qualifiedName;
        this.dataType = dataType;
        this.bytes = bytes;
    }

    /** The allowed global of that module and name. */
    static Optional<TorchGlobal> find(String module, String name) {
        for (TorchGlobal global : values()) {
            int dot = global.qualifiedName.lastIndexOf('.');
            // Compared in two parts, so that a dot inside the name cannot move the border between them.
            if (global.qualifiedName.substring(0, dot).equals(module)
                    && global.qualifiedName.substring(dot + 1).equals(name)) {
                return Optional.of(global);
            }
        }
        return Optional.empty();
    }

    /** Module and name with a dot between. */
    String qualifiedName() {
        return qualifiedName;
    }

    boolean isStorage() {
        return dataType != null;
    }

    /** A storage's element type as safetensors spells it. */
    String dataType() {
        return dataType;
    }

    /** Bytes of a storage's element. */
    int bytes() {
        return bytes;
    }
}
