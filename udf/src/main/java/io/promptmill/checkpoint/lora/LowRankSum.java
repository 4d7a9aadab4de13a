package io.promptmill.checkpoint.lora;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A matrix plus a multiple of the product of two thin ones, in float32: what PEFT's {@code merge} makes of a layer.
 * Computed whenever it is asked for, a row at a time.
 *
 * @param matrix {@code [rows, columns]}
 * @param left {@code [rows, rank]}
 * @param right {@code [rank, columns]}
 */
record LowRankSum(Tensor matrix, Factor left, Factor right, float scaling) {

    /** How the values of a factor lie. */
    enum Layout {
        AS_STORED,
        TRANSPOSED
    }

    /** A thin matrix, looked at in a layout. */
    record Factor(Tensor stored, Layout layout) {
        /** All values in C order. */
        float[] values() throws InvalidCheckpointException, IOException {
            int rows = Math.toIntExact(stored.shape().get(0));
            int columns = Math.toIntExact(stored.shape().get(1));
            float[] values = LowRankSum.values(stored);
            if (layout == Layout.AS_STORED) {
                return values;
            }
            float[] turned = new float[values.length];
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    turned[column * rows + row] = values[row * columns + column];
                }
            }
            return turned;
        }
    }

    /** The sum, of the matrix's name and shape. */
    Tensor tensor() throws InvalidCheckpointException {
        return float32(matrix, this::sum);
    }

    /** A vector plus a multiple of another one. */
    static Tensor ofVectors(Tensor vector, Tensor other, float scaling) throws InvalidCheckpointException {
        return float32(vector, () -> {
            float[] sums = values(vector);
            float[] others = values(other);
            ByteBuffer bytes = floats(sums.length);
            for (int i = 0; i < sums.length; i++) {
                bytes.putFloat(sums[i] + scaling * others[i]);
            }
            return bytes.flip();
        });
    }

    private ByteBuffer sum() throws InvalidCheckpointException, IOException {
        int rows = Math.toIntExact(matrix.shape().get(0));
        int columns = Math.toIntExact(matrix.shape().get(1));
        float[] lefts = left.values();
        float[] rights = right.values();
        int rank = lefts.length / rows;
        ByteBuffer data = matrix.data();
        ByteBuffer sums = floats(rows * columns);
        float[] row = new float[columns];
        float[] product = new float[columns];
        for (int r = 0; r < rows; r++) {
            Arrays.fill(product, 0);
            for (int k = 0; k < rank; k++) {
                float factor = lefts[r * rank + k];
                for (int c = 0; c < columns; c++) {
                    product[c] += factor * rights[k * columns + c];
                }
            }
            matrix.dataType().read(data, r * columns, row);
            for (int c = 0; c < columns; c++) {
                sums.putFloat(row[c] + scaling * product[c]);
            }
        }
        return sums.flip();
    }

    private static Tensor float32(Tensor like, Tensor.Values values) throws InvalidCheckpointException {
        long bytes = StoredTensor.elements(like.shape()) * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw InvalidCheckpointException.unsupported(
                    "tensor " + like.name() + " has " + bytes + " bytes in float32, 2 GiB or more",
                    "an adapter is merged in float32",
                    "use a smaller model");
        }
        return new Tensor(like.name(), DataType.F32, like.shape(), values);
    }

    private static float[] values(Tensor tensor) throws InvalidCheckpointException, IOException {
        float[] values = new float[Math.toIntExact(StoredTensor.elements(tensor.shape()))];
        tensor.dataType().read(tensor.data(), 0, values);
        return values;
    }

    private static ByteBuffer floats(int count) {
        return ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
