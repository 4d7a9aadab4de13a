package io.promptmill.checkpoint.weights;

import io.promptmill.files.InvalidCheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Element types a weight may have; named as safetensors names them, stored little-endian. */
public enum DataType {
    /** IEEE 754 single precision. */
    F32(4),
    /** IEEE 754 half precision. */
    F16(2),
    /** The upper half of a single precision number. */
    BF16(2);

    /** All of a half-precision number but its sign, moved to where float32 has it. */
    private static final int HALF_MAGNITUDE = 0x7fff << 13;

    /** Elements that are converted at a time. */
    private static final int PIECE = 1 << 16;

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** Whether a type that a safetensors file names is one of these. */
    static boolean isNamed(String name) {
        return Arrays.stream(values()).anyMatch(type -> type.name().equals(name));
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /**
     * Reads elements as float32, which loses nothing.
     *
     * @param data elements of this type, little-endian
     * @param first number of the first one to read
     * @param into filled whole
     */
    public void read(ByteBuffer data, int first, float[] into) {
        switch (this) {
            case F32 -> data.asFloatBuffer().get(first, into);
            case BF16 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = Float.intBitsToFloat(data.getShort((first + i) * Short.BYTES) << 16);
                }
            }
            case F16 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = ofHalf(data.getShort((first + i) * Short.BYTES));
                }
            }
        }
    }

    /**
     * Elements of this type as float32, little-endian.
     *
     * @throws InvalidCheckpointException when they would have 2 GiB or more
     */
    ByteBuffer widened(ByteBuffer data) throws InvalidCheckpointException {
        int count = data.remaining() / bytes;
        if ((long) count * Float.BYTES > Integer.MAX_VALUE) {
            throw InvalidCheckpointException.unsupported(
                    "a tensor of " + count + " values has 2 GiB or more in float32",
                    "training computes with float32, whatever a checkpoint stores",
                    "use a smaller model");
        }
        ByteBuffer wide = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = wide.asFloatBuffer();
        for (int first = 0; first < count; first += PIECE) {
            float[] piece = new float[Math.min(PIECE, count - first)];
            read(data, first, piece);
            floats.put(piece);
        }
        return wide;
    }

    /** IEEE 754 binary16: moved into binary32 its exponent is too small by 112, which a product puts right. */
    private static float ofHalf(short half) {
        int bits = half << 13;
        float magnitude = Float.intBitsToFloat(bits & HALF_MAGNITUDE) * 0x1p112f;
        if (magnitude >= 0x1p16f) { // the exponent of infinity and NaN
            magnitude = Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | 0x7f800000);
        }
        // No branch: signs are as good as random.
        return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | (bits & Integer.MIN_VALUE));
    }
}
