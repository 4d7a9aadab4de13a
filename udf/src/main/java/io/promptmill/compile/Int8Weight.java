package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A weight matrix as whole numbers from -127 to 127, each output with a scale of its own: {@code weight ≈ value × scale},
 * zero stays zero. Reads the checkpoint's values anew at each call. Immutable.
 *
 * @param source a matrix {@code [in, out]} or {@code [out, in]}
 * @param outputs which of its dimensions counts the outputs
 */
record Int8Weight(Checkpoint.Tensor source, Outputs outputs) {
    private static final float LARGEST = 127;

    /** The dimension of a matrix that counts the outputs of its layer. */
    enum Outputs {
        ROWS,
        COLUMNS
    }

    /** One scale per output: {@code [out] float32}. */
    ByteBuffer scales() {
        float[] scales = outputScales();
        ByteBuffer bytes = ByteBuffer.allocate(scales.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(scales);
        return bytes;
    }

    /** The whole numbers in the source's own order, a byte each. */
    ByteBuffer values() {
        float[] scales = outputScales();
        Floats weights = new Floats(source);
        int columns = columns();
        byte[] values = new byte[weights.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) Math.rint(weights.at(i) / scales[output(i, columns)]);
        }
        return ByteBuffer.wrap(values);
    }

    int outputCount() {
        return Math.toIntExact(source.shape().get(outputs == Outputs.ROWS ? 0 : 1));
    }

    private float[] outputScales() {
        Floats weights = new Floats(source);
        int columns = columns();
        float[] scales = new float[outputCount()];
        for (int i = 0; i < weights.count(); i++) {
            int output = output(i, columns);
            scales[output] = Math.max(scales[output], Math.abs(weights.at(i)));
        }
        for (int output = 0; output < scales.length; output++) {
            // An output without weights is all zeros under any scale.
            scales[output] = scales[output] == 0 ? 1 : scales[output] / LARGEST;
        }
        return scales;
    }

    private int columns() {
        return Math.toIntExact(source.shape().get(1));
    }

    private int output(int element, int columns) {
        return outputs == Outputs.ROWS ? element / columns : element % columns;
    }

    /** The elements of a tensor as float32, whatever type they have. */
    private record Floats(ByteBuffer data, DataType type) {
        /** All of a half-precision number but its sign, moved to where float32 has it. */
        private static final int HALF_MAGNITUDE = 0x7fff << 13;

        Floats(Checkpoint.Tensor tensor) {
            this(tensor.data(), tensor.dataType());
        }

        int count() {
            return data.limit() / type.bytes();
        }

        float at(int element) {
            return switch (type) {
                case F32 -> data.getFloat(element * Float.BYTES);
                case BF16 -> Float.intBitsToFloat(data.getShort(element * Short.BYTES) << 16);
                case F16 -> ofHalf(data.getShort(element * Short.BYTES));
            };
        }

        /** IEEE 754 binary16: moved into binary32 its exponent is too small by 112, which a product puts right. */
        private static float ofHalf(short half) {
            int bits = half << 13;
            float magnitude = Float.intBitsToFloat(bits & HALF_MAGNITUDE) * 0x1p112f;
            if (magnitude >= 0x1p16f) { // the exponent of infinity and NaN
                magnitude = Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | 0x7f800000);
            }
            return half < 0 ? -magnitude : magnitude;
        }
    }
}
