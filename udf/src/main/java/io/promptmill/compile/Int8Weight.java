package io.promptmill.compile;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A weight matrix as whole numbers from -127 to 127, each output with a scale of its own: {@code weight ≈ value × scale},
 * zero stays zero. The scales are computed once, the values read and computed anew at each call. Single-threaded.
 */
final class Int8Weight {
    /** The largest magnitude of a value. */
    static final int LARGEST = 127;

    private final Tensor source;
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
    Int8Weight(Tensor source, Outputs outputs) {
        this.source = source;
        this.outputs = outputs;
    }

    /** The shape of the source, which the values have as well. */
    List<Long> shape() {
        return source.shape();
    }

    int outputCount() {
        return Math.toIntExact(source.shape().get(outputs == Outputs.ROWS ? 0 : 1));
    }

    /** One scale per output: {@code [out] float32}. */
    ByteBuffer scales() throws InvalidCheckpointException, IOException {
        float[] computed = scales == null ? outputScales(Rows.of(source)) : scales;
        ByteBuffer bytes = ByteBuffer.allocate(computed.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(computed);
        return bytes;
    }

    /** The whole numbers in the source's own order, a byte each. */
    ByteBuffer values() throws InvalidCheckpointException, IOException {
        Rows rows = Rows.of(source);
        float[] computed = outputScales(rows);
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

    private float[] outputScales(Rows rows) {
        if (scales == null) {
            scales = largest(rows);
            for (int output = 0; output < scales.length; output++) {
                // An output without weights is all zeros under any scale.
                scales[output] = scales[output] == 0 ? 1 : scales[output] / LARGEST;
            }
        }
        return scales;
    }

    /** The largest magnitude among the weights of each output. */
    private float[] largest(Rows rows) {
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
        static Rows of(Tensor matrix) throws InvalidCheckpointException, IOException {
            int count = Math.toIntExact(matrix.shape().get(0));
            int width = Math.toIntExact(matrix.shape().get(1));
            return new Rows(matrix.data(), matrix.dataType(), count, width);
        }

        void read(int row, float[] into) {
            type.read(data, row * width, into);
        }
    }
}
