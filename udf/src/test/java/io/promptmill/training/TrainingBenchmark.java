package io.promptmill.training;

import io.promptmill.Goldens;
import io.promptmill.RandomCheckpoint;
import io.promptmill.family.Dropout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Tokens a second of whole steps, 4 blocks of 256 tokens each, in two threads: GPT-2 124M and the sample model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 20)
@Measurement(iterations = 3, time = 30)
public class TrainingBenchmark {
    private static final int ROWS = 4;
    private static final int LENGTH = 256;

    @Param({"124M", "sample"})
    private String size;

    @Param({"0", "0.1"})
    private double dropout;

    private TrainingModel model;
    private int step;

    @Setup
    public void load() throws Exception {
        Path folder = size.equals("sample")
                ? Goldens.resource("/io/promptmill/sample-model")
                : new RandomCheckpoint(50_257, 1_024, 768, 12, 12, 1).write(Files.createTempDirectory("promptmill-"));
        model = TrainingModels.load(folder, Dropout.everywhere(dropout), 2);
    }

    @TearDown(Level.Trial)
    public void close() {
        model.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS * LENGTH)
    public double step() {
        model.seed(DropoutSeed.of(0, step, 0));
        model.accumulate(TrainingModels.blocks(step++, ROWS, LENGTH, model.vocabularySize()), 1);
        return model.update(AdamW.DEFAULTS, 1e-4);
    }
}
