package io.promptmill.compile;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Quantising the largest layer of GPT-2 124M, 2,359,296 weights, scales included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Int8WeightBenchmark {
    private static final int IN = 768;
    private static final int OUT = 3072;

    @Param
    private DataType type;

    @Param({"ROWS", "COLUMNS"})
    private String outputs;

    private Tensor weights;

    @Setup
    public void fill() {
        Random random = new Random(0);
        ByteBuffer data = ByteBuffer.allocateDirect(IN * OUT * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            float weight = 0.02f * (float) random.nextGaussian();
            if (type == DataType.F32) {
                data.putFloat(weight);
            } else {
                // Finite in either type: the topmost bit of the exponent is 0.
                data.putShort((short) (Float.floatToIntBits(weight) >> 16));
            }
        }
        data.flip();
        weights = new Tensor("w", type, List.of((long) IN, (long) OUT), () -> data);
    }

    @Benchmark
    public ByteBuffer quantise() throws Exception {
        Int8Weight weight = new Int8Weight(weights, Int8Weight.Outputs.valueOf(outputs));
        weight.scales();
        return weight.values();
    }
}
