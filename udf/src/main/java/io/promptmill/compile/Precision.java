package io.promptmill.compile;

import java.util.Locale;

/** The arithmetic of a compiled model's linear layers; all else is float32 in each of them. */
public enum Precision {
    /** Single precision: the numbers of Hugging Face transformers. */
    FP32(4),
    /** Weights and their inputs rounded to the upper half of a float32. */
    BF16(2),
    /**
     * Weights as whole numbers of 8 bits with a scale for each output, quantised when the model is compiled; inputs the
     * same with a scale for each row. A quarter of the size, on CPUs only.
     */
    INT8(1);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a weight of a linear layer. */
    public int bytes() {
        return bytes;
    }

    /** The name in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
