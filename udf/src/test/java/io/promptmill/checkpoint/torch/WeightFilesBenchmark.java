package io.promptmill.checkpoint.torch;

import io.promptmill.checkpoint.TinyModel;
import io.promptmill.checkpoint.weights.SafetensorsFile;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What is parsed of a weights file, with as many tensors as GPT-2 XL has; their values are not read then. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WeightFilesBenchmark {
    private static final int TENSORS = 580;
    private static final int VALUES = 1000;

    private Path safetensors;
    private Path zip;
    private ByteBuffer pickle;

    @Setup
    public void write() throws IOException {
        safetensors = Files.createTempFile("promptmill-", ".safetensors");
        zip = TinyModel.folder("bin-zip").resolve("pytorch_model.bin");
        List<String> entries = new ArrayList<>();
        Pickle state = Pickle.protocol2().ops("}(");
        for (int i = 0; i < TENSORS; i++) {
            String name = "transformer.h." + i / 12 + ".tensor" + i % 12 + ".weight";
            long begin = (long) i * VALUES * Float.BYTES;
            entries.add(String.format(
                    Locale.ROOT,
                    "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}",
                    name,
                    VALUES,
                    begin,
                    begin + VALUES * Float.BYTES));
            state.tensor(name, Integer.toString(i), VALUES);
        }
        pickle = ByteBuffer.wrap(state.ops("u").stop());
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile file = new RandomAccessFile(safetensors.toFile(), "rw")) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            file.write(header);
            file.setLength(file.length() + (long) TENSORS * VALUES * Float.BYTES);
        }
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(safetensors);
    }

    /** The header, checked. */
    @Benchmark
    public Object safetensorsHeader() throws Exception {
        return SafetensorsFile.read(new SteadyFile(safetensors));
    }

    /** The pickle of a {@code pytorch_model.bin}, apart from its zip. */
    @Benchmark
    public Object pickle() throws Exception {
        return PickleReader.read(new PickleInput(pickle, "pickle"), new TorchObjects("pickle"));
    }

    /** A whole small {@code pytorch_model.bin}, checksums of all values included. */
    @Benchmark
    public Object smallZip() throws Exception {
        return TorchPickleFile.read(new SteadyFile(zip), new ArrayList<>());
    }
}
