package io.promptmill.checkpoint;

/** Element types a weight may have. */
public enum DataType {
    F32(4),
    F16(2),
    BF16(2);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
