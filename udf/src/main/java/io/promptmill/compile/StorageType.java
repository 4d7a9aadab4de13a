package io.promptmill.compile;

import io.promptmill.checkpoint.weights.DataType;

/** Element types of an archive's tensors. */
enum StorageType {
    FLOAT("FloatStorage"),
    HALF("HalfStorage"),
    BFLOAT16("BFloat16Storage"),
    INT8("CharStorage");

    private final String className;

    StorageType(String className) {
        this.className = className;
    }

    static StorageType of(DataType type) {
        return switch (type) {
            case F32 -> FLOAT;
            case F16 -> HALF;
            case BF16 -> BFLOAT16;
        };
    }

    /** The class of {@code torch} that stands for the element type in a pickle. */
    String className() {
        return className;
    }
}
