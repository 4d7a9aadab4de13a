package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A weight matrix as whole numbers from -127 to 127, each output with a scale of its own: {@code weight ≈ value × scale},
 * zero stays zero. The scales are computed once, the values anew at each call. Single-threaded.
 */
final class Int8Weight {
    private static final float LARGEST = 127;

    private final List<Long> shape;
    private final Rows rows;
    private final Outputs outputs;
    private float[] scales;

    /** The dimension of a matrix that counts the outputs of its layer. */
    enum Outputs {
        ROWS,
        COLUMNS
    }

    /**
     * A weight of a checkpoint, whose values are not read yet.
     *
     * @param source a matrix {@code [in, out]} or {@code [out, in]}
     * @param outputs which of its dimensions counts the outputs
     */
    Int8Weight(Checkpoint.Tensor source, Outputs outputs) {
        this.shape = source.shape();
        this.rows = Rows.of(source);
        this.outputs = outputs;
    }

    /** The shape of the source, which the values have as well. */
    List<Long> shape() {
        return shape;
    }

    int outputCount() {
        return outputs == Outputs.ROWS ? rows.count() : rows.width();
    }

    /** One scale per output: {@code [out] float32}. */
    ByteBuffer scales() {
        float[] computed = outputScales();
        ByteBuffer bytes = ByteBuffer.allocate(computed.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(computed);
        return bytes;
    }

    /** The whole numbers in the source's own order, a byte each. */
    ByteBuffer values() {
        float[] computed = outputScales();
        float[] row = new float[rows.width()];
        float[] rowScales = outputs == Outputs.COLUMNS ? computed : new float[row.length];
        byte[] values = new byte[Math.multiplyExact(rows.count(), row.length)];
        for (int r = 0; r < rows.count(); r++) {
            rows.read(r, row);
            if (outputs == Outputs.ROWS) {
                Arrays.fill(rowScales, computed[r]);
            }
            quantise(row, rowScales, values, r * row.length);
        }
        return ByteBuffer.wrap(values);
    }

    private static void quantise(float[] row, float[] scales, byte[] values, int start) {
        for (int i = 0; i < row.length; i++) {
            values[start + i] = (byte) Math.rint(row[i] / scales[i]);
        }
    }

    private float[] outputScales() {
        if (scales == null) {
            scales = largest();
            for (int output = 0; output < scales.length; output++) {
                // An output without weights is all zeros under any scale.
                scales[output] = scales[output] == 0 ? 1 : scales[output] / LARGEST;
            }
        }
        return scales;
    }

    /** The largest magnitude among the weights of each output. */
    private float[] largest() {
        float[] largest = new float[outputCount()];
        float[] row = new float[rows.width()];
        for (int r = 0; r < rows.count(); r++) {
            rows.read(r, row);
            if (outputs == Outputs.ROWS) {
                largest[r] = largest(row);
            } else {
                for (int i = 0; i < row.length; i++) {
                    largest[i] = Math.max(largest[i], Math.abs(row[i]));
                }
            }
        }
        return largest;
    }

    private static float largest(float[] row) {
        float largest = 0;
        for (float weight : row) {
            largest = Math.max(largest, Math.abs(weight));
        }
        return largest;
    }

    /** The rows of a matrix as float32, whatever type its elements have. */
    private record Rows(ByteBuffer data, DataType type, int count, int width) {
        /** All of a half-precision number but its sign, moved to where float32 has it. */
        private static final int HALF_MAGNITUDE = 0x7fff << 13;

        static Rows of(Checkpoint.Tensor matrix) {
            int count = Math.toIntExact(matrix.shape().get(0));
            int width = Math.toIntExact(matrix.shape().get(1));
            return new Rows(matrix.data(), matrix.dataType(), count, width);
        }

        void read(int row, float[] into) {
            switch (type) {
                case F32 -> {
                    FloatBuffer floats = data.asFloatBuffer();
                    floats.get(row * width, into);
                }
                case BF16 -> {
                    for (int i = 0; i < width; i++) {
                        into[i] = Float.intBitsToFloat(half(row, i) << 16);
                    }
                }
                case F16 -> {
                    for (int i = 0; i < width; i++) {
                        into[i] = ofHalf(half(row, i));
                    }
                }
            }
        }

        private short half(int row, int column) {
            return data.getShort((row * width + column) * Short.BYTES);
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
}
