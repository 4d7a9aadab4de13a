package io.promptmill.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.family.ModelShape;
import io.promptmill.generation.GenerationStats;
import io.promptmill.model.CallTimes;
import io.promptmill.model.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Works on a small made-up model; how fast it is, is not looked at. */
class BenchTest {
    private static final ModelSize SIZE = new ModelSize(2, 32, 2, 500, 256);
    private static final long SEED = 7;

    @TempDir
    private static Path temp;

    private static LoadedModel model;
    private static ModelShape shape;

    @BeforeAll
    static void makeUp() throws Exception {
        try (LoadedModel undecided = load(1, Precision.FP32)) {
            double factor = NextTokenEntropy.of(undecided, SEED).factorToTrained();
            model = load(factor, Precision.FP32);
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void aMadeUpModelIsAsDecidedAsATrainedOne() throws Exception {
        assertThat(NextTokenEntropy.of(model, SEED).nats(1)).as("seed %d", SEED).isCloseTo(3.5, within(0.3));
        // Other prompts than those the scale was found with.
        assertThat(NextTokenEntropy.of(model, SEED + 1).nats(1))
                .as("seed %d", SEED + 1)
                .isBetween(2.0, 5.0);
        try (LoadedModel undecided = load(1, Precision.FP32)) {
            assertThat(NextTokenEntropy.of(undecided, SEED).nats(1)).isBetween(5.5, Math.log(500));
        }
    }

    @Test
    void theSameSeedMakesUpTheSameWeights() throws Exception {
        Path one = Files.createDirectory(temp.resolve("one"));
        Path two = Files.createDirectory(temp.resolve("two"));
        Path other = Files.createDirectory(temp.resolve("other"));
        new MadeUpCheckpoint(SIZE, 2, 1).write(one);
        new MadeUpCheckpoint(SIZE, 2, 1).write(two);
        new MadeUpCheckpoint(SIZE, 2, 2).write(other);
        assertThat(one.resolve("model.safetensors")).hasSameBinaryContentAs(two.resolve("model.safetensors"));
        assertThat(Files.mismatch(one.resolve("model.safetensors"), other.resolve("model.safetensors")))
                .isPositive();
        try (Checkpoint checkpoint = Checkpoint.open(one)) {
            assertThat(checkpoint.shape().layers()).isEqualTo(2);
            assertThat(checkpoint.tensor("ln_f.weight").data().asFloatBuffer().get(31))
                    .isEqualTo(2f);
            assertThat(checkpoint.tensor("h.1.mlp.c_proj.weight").shape()).containsExactly(128L, 32L);
        }
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    void everyWorkRunsToItsEndAndKeepsTheSlotsInUse(Work work) throws Exception {
        BenchSettings settings = settings(2, 4);
        BenchReport report = new Bench(model, shape, "tiny", "fp32", settings).run(work);
        GenerationStats stats = report.run().stats();
        long tokens = work.rows(4, 500).stream()
                .mapToLong(row -> (long) row.newTokens() * row.sequences())
                .sum();
        assertThat(report.run().rounds()).isEqualTo(1);
        assertThat(stats.generatedTokens()).isEqualTo(2 * tokens);
        assertThat(stats.prefills()).isEqualTo(2L * work.prompts(4));
        assertThat(stats.liveRows()).isEqualTo(stats.computedRows());
        // The one work whose prompts run out: its last steps have slots to spare.
        assertThat(stats.slotUse()).isGreaterThan(work == Work.W2 ? 0.8 : 0.9);
        assertThat(report.tokensPerSecond()).isPositive();
        assertThat(report.ceiling().flopsPerSecond()).isPositive();
        StepSplit split = report.split();
        assertThat(split.network() + split.sampling() + split.jni() + split.prefill() + split.cache() + split.engine())
                .isCloseTo(split.total(), within(1e-6));
        assertThat(List.of(split.prefill(), split.cache(), split.total())).allMatch(part -> part > 0);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theCeilingIsMeasuredInEveryPrecision(Precision precision) throws Exception {
        try (LoadedModel other = load(1, precision)) {
            BenchSettings settings = settings(2, 4);
            assertThat(Ceiling.measure(other, Arithmetic.of(shape), settings).flopsPerSecond())
                    .isPositive();
        }
    }

    @Test
    void theJsonLineHasTheFiguresByName() throws Exception {
        JsonNode json = new ObjectMapper().readTree(report().json());
        assertThat(report().json()).doesNotContain("\n");
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "work",
                        "model",
                        "precision",
                        "mode",
                        "tasks",
                        "slots",
                        "rounds",
                        "tokens",
                        "seconds",
                        "tokens_per_s",
                        "step_ms",
                        "slot_use",
                        "rows_per_step",
                        "padding_share",
                        "peak_resident_bytes",
                        "heap_bytes",
                        "matmul_flops_per_s",
                        "flops_per_token",
                        "ceiling_tokens_per_s",
                        "ceiling_share");
        assertThat(json.get("work").textValue()).isEqualTo("w1");
        assertThat(json.get("mode").textValue()).isEqualTo("top_p 0.95, top_k 0");
        assertThat(json.get("tokens_per_s").doubleValue()).isEqualTo(2000);
        assertThat(json.get("slot_use").doubleValue()).isEqualTo(0.75);
        assertThat(json.get("ceiling_tokens_per_s").doubleValue()).isEqualTo(4000);
        assertThat(json.get("ceiling_share").doubleValue()).isEqualTo(0.5);
        assertThat(json.get("step_ms").get("sampling").doubleValue()).isEqualTo(2);
    }

    @Test
    void theTableTellsTheSameInWords() {
        assertThat(report().table())
                .isEqualToNormalizingNewlines(
                        """
                w1: 16-token prompts, 64 new tokens
                  tiny, fp32, top_p 0.95, top_k 0, 2 tasks of 4 slots, one thread each
                  2,000.0 tokens/s (6,000 tokens in 3.0 s)
                  a step of a task takes          10.00 ms
                    network                        5.00 ms  50.0 %
                    sampling                       2.00 ms  20.0 %
                    JNI                            1.00 ms  10.0 %
                    prefill                        0.50 ms   5.0 %
                    cache                          0.50 ms   5.0 %
                    engine                         1.00 ms  10.0 %
                  slots in use 75.0 %, 4.0 rows a step, padding 28.6 % of positions
                  memory: 3.00 GiB resident at most, 0.50 GiB of heap in use
                  50.0 % of what matrix multiplication alone allows: 4,000.0 tokens/s at 8.0 GFLOP/s, 2.0 MFLOP a token
                """);
    }

    @Test
    void aStepIsSplitIntoWhatItsPartsTook() {
        // 10 steps of 8 ms; the one taken apart took 16, of which 12 without the choice and 2 for the call.
        CallTimes times = new CallTimes(10, ms(80), ms(20), ms(5), 1, ms(16), ms(12), ms(2), ms(14));
        WorkRun run = new WorkRun(0.134, 1, GenerationStats.NONE);
        StepSplit split = StepSplit.of(times, run, 1);
        assertThat(new double[] {split.network(), split.sampling(), split.jni(), split.prefill(), split.cache()})
                .containsExactly(new double[] {5, 2, 1, 2, 0.5}, within(1e-9));
        assertThat(split.engine()).isCloseTo(1.5, within(1e-9));
        assertThat(split.total()).isCloseTo(12, within(1e-9));
    }

    @Test
    void memoryIsReadFromTheProcessStatus() {
        assertThat(Memory.peak(List.of("VmPeak:\t 99 kB", "VmHWM:\t  2048 kB"))).hasValue(2048 * 1024);
        assertThat(Memory.peak(List.of("Name:\tjava"))).isEmpty();
    }

    @Test
    void sizesAreReadFromText() {
        assertThat(ModelSize.parse("small")).isEqualTo(new ModelSize(12, 768, 12, 50257, 1024));
        assertThat(ModelSize.parse("medium")).isEqualTo(new ModelSize(24, 1024, 16, 50257, 1024));
        assertThat(ModelSize.parse("2x32x4x500")).isEqualTo(new ModelSize(2, 32, 4, 500, 1024));
        assertThatThrownBy(() -> ModelSize.parse("large"))
                .hasMessage("it must be small, medium or LAYERSxWIDTHxHEADS[xVOCABULARY], such as 12x768x12, but was"
                        + " large");
        assertThatThrownBy(() -> ModelSize.parse("2x32x5")).hasMessageEndingWith("but it was 2x32x5");
        assertThatThrownBy(() -> ModelSize.parse("2x32x4x9"))
                .hasMessage("a vocabulary has at least 256 tokens but it was 9");
    }

    private static BenchReport report() {
        return new BenchReport(
                "tiny",
                "fp32",
                Work.W1,
                settings(2, 4),
                new WorkRun(3, 1, new GenerationStats(8, 0, 250, 750, 1000, 1000, 6000, 50, 50, 0)),
                new StepSplit(5, 2, 1, 0.5, 0.5, 1, 10),
                new Ceiling(8e9),
                2e6,
                new Memory(OptionalLong.of(3L << 30), 1 << 29));
    }

    private static BenchSettings settings(int tasks, int slots) {
        GenerationOptions choice = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.TOP_P, 0.95)
                .with(GenerationOption.TOP_K, 0);
        return new BenchSettings(tasks, slots, 0, 0, SEED, choice);
    }

    private static LoadedModel load(double finalNorm, Precision precision) throws Exception {
        Path folder = Files.createTempDirectory(temp, "made-up");
        new MadeUpCheckpoint(SIZE, finalNorm, SEED).write(folder);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            shape = checkpoint.shape();
            return LoadedModel.load(
                    ModelCompiler.compile(checkpoint, precision, folder.resolve("model.pt"))
                            .archive(),
                    "cpu");
        }
    }

    private static long ms(long millis) {
        return millis * 1_000_000;
    }
}
