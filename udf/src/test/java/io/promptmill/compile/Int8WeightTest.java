package io.promptmill.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class Int8WeightTest {
    /** Exact in each of the types. */
    private static final float[] WEIGHTS = {0.5f, -2, 0, 1.5f, 0.25f, 0};

    private static Tensor matrix(DataType type, int rows, int columns, float... weights) {
        ByteBuffer data = ByteBuffer.allocate(weights.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float weight : weights) {
            switch (type) {
                case F32 -> data.putFloat(weight);
                case BF16 -> data.putShort((short) (Float.floatToIntBits(weight) >> 16));
                case F16 -> data.putShort(half(weight));
            }
        }
        data.flip();
        return new Tensor("w", type, List.of((long) rows, (long) columns), () -> data);
    }

    /** For zero and normal numbers that fit exactly. */
    private static short half(float weight) {
        int sign = (Float.floatToIntBits(weight) >>> 16) & 0x8000;
        int magnitude = (Float.floatToIntBits(Math.abs(weight)) >> 13) - (112 << 10);
        return weight == 0 ? 0 : (short) (sign | magnitude);
    }

    private static float[] scales(Int8Weight weight) throws Exception {
        float[] scales = new float[weight.outputCount()];
        weight.scales().asFloatBuffer().get(scales);
        return scales;
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void theLargestWeightOfEachRowBecomes127(DataType type) throws Exception {
        Int8Weight weight = new Int8Weight(matrix(type, 2, 3, WEIGHTS), Int8Weight.Outputs.ROWS);

        assertThat(weight.values().array()).containsExactly(32, -127, 0, 127, 21, 0);
        assertThat(scales(weight)).containsExactly(2f / 127, 1.5f / 127);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void theLargestWeightOfEachColumnBecomes127AndZerosStayZeros(DataType type) throws Exception {
        Int8Weight weight = new Int8Weight(matrix(type, 2, 3, WEIGHTS), Int8Weight.Outputs.COLUMNS);

        assertThat(weight.values().array()).containsExactly(42, -127, 0, 127, 16, 0);
        assertThat(scales(weight)).containsExactly(1.5f / 127, 2f / 127, 1);
    }

    @Test
    void aWeightIsAtMostHalfAScaleFromItsWholeNumber() throws Exception {
        Random random = new Random(1);
        int columns = 300;
        float[] weights = new float[70 * columns];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        Int8Weight weight = new Int8Weight(matrix(DataType.F32, 70, columns, weights), Int8Weight.Outputs.COLUMNS);

        byte[] values = weight.values().array();
        float[] scales = scales(weight);
        for (int i = 0; i < weights.length; i++) {
            float scale = scales[i % columns];
            assertThat(Math.abs(weights[i] - values[i] * scale)).isLessThanOrEqualTo(0.5001f * scale);
        }
    }
}
