package io.promptmill.generation;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Random numbers: once for each sequence, and once for each sequence and step. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RandomStreamBenchmark {
    private static final int STEPS = 1024;

    private final RandomStream stream = new RandomStream(0, "prompt", 0);
    private final double[] uniforms = new double[StepBatch.UNIFORMS];
    private int step;
    private long prompt;

    /** The stream of a new sequence. */
    @Benchmark
    public Object streamOfASequence() {
        return new RandomStream(0, Long.toString(prompt++), 0);
    }

    /** What one row uses in one step. */
    @Benchmark
    public double[] uniformsOfAStep() {
        step = (step + 1) % STEPS;
        stream.uniforms(step, uniforms, 0, uniforms.length);
        return uniforms;
    }
}
