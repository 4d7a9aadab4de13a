package io.promptmill.jobs.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkReport.Sample;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.output.ExecutorState;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.progress.ProgressDisplay.Estimate;
import io.promptmill.jobs.progress.ProgressListener.Progress;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.rows.ProblemCount;
import io.promptmill.spark.rows.SequenceCounts;
import io.promptmill.spark.seam.ScalaCollections;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class ConsoleTest {
    private static final ProblemCount LONG = new ProblemCount(
            "rejected", "prompt_too_long", 1, "x", "prompt_too_long: it has 2,000 tokens, why, remedy");
    private static final ProblemCount ENCODING =
            new ProblemCount("rejected", "bad_encoding", 1, "y\nz", "bad_encoding: what, why, remedy");
    private static final ProblemCount FAILED =
            new ProblemCount("failed", "no_valid_token", 1, "z", "no_valid_token: what, why, remedy");

    @Test
    void theSummaryAddsTheChunksUp() {
        GenerationStats stats = new GenerationStats(3, 0, 10, 75, 100, 150, 1500, 50, 10, 0);
        List<ChunkReport> reports = List.of(
                new ChunkReport(
                        0,
                        new WrittenFile("chunk-00000-of-00002.parquet", 5, 999, "abc"),
                        new ChunkCounts(3, 1, 0, 1500, List.of(LONG), SequenceCounts.NONE),
                        stats,
                        new ExecutorState("driver", 1, "AVX2"),
                        null,
                        List.of(new Sample("b", "second"), new Sample("d", "fourth"))),
                new ChunkReport(
                        1,
                        new WrittenFile("chunk-00001-of-00002.parquet", 2, 99, "def"),
                        new ChunkCounts(1, 2, 1, 1500, List.of(FAILED, ENCODING, LONG), SequenceCounts.NONE),
                        stats,
                        new ExecutorState("driver", 1, "AVX2"),
                        null,
                        List.of(new Sample("a", "first"), new Sample("c", "third"))));
        assertThat(Summary.of(Manifest.of("f", reports), reports, "file:/out", 2))
                .isEqualToNormalizingNewlines(
                        """
                8 prompts: 4 ok, 3 rejected, 1 failed
                  2 rejected, the first is x: prompt_too_long: it has 2,000 tokens, why, remedy
                  1 failed, the first is z: no_valid_token: what, why, remedy
                  1 rejected, the first is y z: bad_encoding: what, why, remedy
                3,000 tokens in 2 s, 1,500 tokens/s
                slots in use 50.0 %, padding 23.3 %
                model loads by executor: driver 1
                7 rows in 2 files: file:/out
                  a: first
                  b: second
                  c: third
                """);
    }

    @Test
    void theSummaryTellsWhenNativeMemoryRanOut() {
        GenerationStats stats = new GenerationStats(3, 0, 10, 75, 100, 150, 1500, 50, 10, 2);
        List<ChunkReport> reports = List.of(new ChunkReport(
                0,
                new WrittenFile("chunk-00000-of-00001.parquet", 3, 999, "abc"),
                new ChunkCounts(3, 0, 0, 1500),
                stats,
                new ExecutorState("driver", 1, "AVX2"),
                null,
                List.of()));
        assertThat(Summary.of(Manifest.of("f", reports), reports, "file:/out", 2))
                .contains("slots in use 50.0 %, padding 23.3 %, halved 2 times for lack of native memory: fewer --slots"
                        + " or more spark.executor.memoryOverhead is faster" + System.lineSeparator());
    }

    @Test
    void theSummaryOfAResumedRunCountsAllRowsAndOnlyItsOwnSpeed() {
        GenerationStats stats = new GenerationStats(3, 0, 10, 75, 100, 150, 1500, 50, 10, 0);
        List<ChunkReport> reports = List.of(
                ChunkReport.ofEarlierRun(
                        0,
                        new WrittenFile("chunk-00000-of-00002.parquet", 5, 999, "abc"),
                        new ChunkCounts(4, 0, 0, 700)),
                new ChunkReport(
                        1,
                        new WrittenFile("chunk-00001-of-00002.parquet", 2, 99, "def"),
                        new ChunkCounts(2, 0, 0, 1500),
                        stats,
                        new ExecutorState("driver", 1, "AVX2"),
                        null,
                        List.of()));
        Manifest manifest = Manifest.of("f", reports);
        assertThat(manifest.generatedTokens()).isEqualTo(2200);
        assertThat(Summary.of(manifest, reports, "file:/out", 2))
                .isEqualToNormalizingNewlines(
                        """
                6 prompts: 6 ok, 0 rejected, 0 failed
                1 of 2 chunks were there already
                1,500 tokens in 2 s, 750 tokens/s
                slots in use 50.0 %, padding 23.3 %
                model loads by executor: driver 1
                7 rows in 2 files: file:/out
                """);
    }

    @Test
    void executorsOnDifferentCpusGiveAWarning() {
        assertThat(Manifest.of("f", List.of(reportFrom("1", "AVX512"), reportFrom("2", "AVX512")))
                        .warning())
                .isEmpty();
        assertThat(Manifest.of("f", List.of(reportFrom("2", "AVX2"), reportFrom("1", "AVX512")))
                        .warning())
                .hasValue("executors ran on CPUs of different capability (1 AVX512, 2 AVX2): another run may give other"
                        + " texts where chunks change machines, set ATEN_CPU_CAPABILITY to the least of them on all"
                        + " executors");
    }

    @Test
    void plainProgressTellsWhatGoesOnTheRateOfTheLastMinuteAndWhatIsLeft() {
        Estimate estimate = new Estimate("prompt", 1000);
        assertThat(estimate.line(5, Progress.NONE.shown()))
                .isEqualTo("loading the model: 0 of 1,000 prompts (0 %), 0 tokens/s, time left unknown");
        assertThat(estimate.line(10, new Progress(50, 4000, 5000).shown()))
                .isEqualTo("generating: 50 of 1,000 prompts (5 %), 500 tokens/s, 3 min 10 s left");
        assertThat(estimate.line(100, new Progress(140, 6000, 6800).shown()))
                .as("slower since")
                .isEqualTo("generating: 140 of 1,000 prompts (14 %), 20 tokens/s, 14 min 20 s left");
        assertThat(estimate.line(200, new Progress(140, 6000, 6800).shown()))
                .as("nothing for a minute")
                .isEqualTo("generating: 140 of 1,000 prompts (14 %), 0 tokens/s, 20 min 29 s left");
        assertThat(new Estimate("prompt", 1).line(10, new Progress(1, 5, 5).shown()))
                .isEqualTo("generating: 1 of 1 prompt (100 %), 1 tokens/s, 0 s left");
        assertThat(ProgressDisplay.duration(3725)).isEqualTo("1 h 02 min");
        assertThat(ProgressDisplay.duration(61)).isEqualTo("1 min 01 s");
        assertThat(TimedLine.of(LocalDateTime.of(2026, 2, 3, 4, 5, 6), "reading"))
                .isEqualTo("2026-02-03 04:05:06 reading");
    }

    @Test
    void aPhaseIsALineWithTheTimeAndTheDescriptionOfTheJobsOfItsTime() {
        SparkContext spark = TestSpark.session().sparkContext();
        String description = "spark.job.description";
        spark.setJobDescription("before");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Phases phases = new Phases(spark, "generate", new PrintStream(err, true, StandardCharsets.UTF_8))) {
            phases.begin("reading the prompts of in");
            assertThat(spark.getLocalProperty(description)).isEqualTo("generate: reading the prompts of in");
            phases.begin("compiling the model in fp32");
            assertThat(spark.getLocalProperty(description)).isEqualTo("generate: compiling the model in fp32");
        }
        assertThat(spark.getLocalProperty(description)).isEqualTo("before");
        spark.setJobDescription(null);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d (reading|compiling) the .*"));
    }

    @Test
    void theSummaryTellsWhenATaskHadMoreSlotsThanSequences() {
        GenerationStats stats = new GenerationStats(1, 0, 10, 10, 10, 640, 10, 16, 0, 0);
        List<ChunkReport> reports = List.of(new ChunkReport(
                0,
                new WrittenFile("chunk-00000-of-00001.parquet", 1, 999, "abc"),
                new ChunkCounts(1, 0, 0, 10),
                stats,
                new ExecutorState("driver", 1, "AVX2"),
                null,
                List.of()));
        assertThat(Summary.of(Manifest.of("f", reports), reports, "file:/out", 2))
                .isEqualToNormalizingNewlines(
                        """
                1 prompt: 1 ok, 0 rejected, 0 failed
                10 tokens in 2 s, 5 tokens/s
                slots in use 1.6 % (a task has more slots than sequences), padding 0.0 %
                model loads by executor: driver 1
                1 row in 1 file: file:/out
                """);
    }

    @Test
    void samplesAreTheFirstTextsShortenedAndOnePerPrompt() {
        StructType schema = StructType.fromDDL("key bigint, text string, my_index int, my_generated_text string");
        SampleLines samples = new SampleLines(schema);
        samples.add(RowFactory.create(1L, "prompt", 0, " a\nb  c "));
        samples.add(RowFactory.create(1L, "prompt", 0, "sibling"));
        samples.add(RowFactory.create(2L, "prompt", 0, null));
        samples.add(RowFactory.create(3L, "prompt", 0, "🌧".repeat(101)));
        samples.add(RowFactory.create(4L, "prompt", 0, "four"));
        samples.add(RowFactory.create(5L, "prompt", 0, "too many"));
        assertThat(samples.lines())
                .containsExactly(
                        new Sample("1", "a b c"), new Sample("3", "🌧".repeat(100) + "…"), new Sample("4", "four"));
    }

    @Test
    void samplesOfGroupedRowsAreTheirFirstSequence() {
        StructType sequence =
                new StructType().add("index", DataTypes.IntegerType).add("generated_text", DataTypes.StringType);
        StructType schema =
                StructType.fromDDL("id string, prompt string").add("sequences", DataTypes.createArrayType(sequence));
        SampleLines samples = new SampleLines(schema);
        samples.add(rowOf("a", List.of()));
        samples.add(rowOf("b", List.of(RowFactory.create(0, "x"), RowFactory.create(1, "y"))));
        samples.add(rowOf("c", List.of(RowFactory.create(0, "z"))));
        assertThat(samples.lines()).containsExactly(new Sample("b", "x"), new Sample("c", "z"));
    }

    @Test
    void allSequencesOfTheOnlyPromptAreShownUpToFive() {
        StructType schema = StructType.fromDDL("id long, prompt string, index int, generated_text string");
        SampleLines samples = new SampleLines(schema);
        List<String> texts = List.of("a", "b", "c", "d", "e");
        texts.forEach(text -> samples.add(RowFactory.create(1L, "prompt", 0, text)));
        samples.add(RowFactory.create(1L, "prompt", 5, "too many"));
        assertThat(samples.lines()).extracting(Sample::text).containsExactlyElementsOf(texts);

        assertThat(shown(List.of(samples.lines()))).hasSize(5);
        assertThat(shown(List.of(samples.lines(), List.of(new Sample("2", "other")))))
                .containsExactly("  1: a", "  2: other");
    }

    private static List<String> shown(List<List<Sample>> samplesOfChunks) {
        List<ChunkReport> reports = samplesOfChunks.stream()
                .map(samples -> new ChunkReport(
                        0,
                        new WrittenFile("chunk-00000-of-00001.parquet", 5, 999, "abc"),
                        new ChunkCounts(1, 0, 0, 1500),
                        GenerationStats.NONE,
                        new ExecutorState("driver", 1, "AVX2"),
                        null,
                        samples))
                .toList();
        return Summary.of(Manifest.of("f", reports), reports, "file:/out", 2)
                .lines()
                .filter(line -> line.startsWith("  "))
                .toList();
    }

    @Test
    void progressIsReadFromTheCountersOfTasks() throws TimeoutException {
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
        ProgressListener listener = new ProgressListener(progress -> {});
        spark.sc().addSparkListener(listener);
        try {
            LiveCounts counts = LiveCounts.register(spark.sc());
            spark.parallelize(List.of(1, 2, 3), 3).foreach(n -> {
                counts.prompts().add(1);
                counts.tokens().add(n);
                counts.computed().add(2L * n);
            });
            spark.sc().listenerBus().waitUntilEmpty();
            assertThat(listener.progress()).isEqualTo(new Progress(3, 6, 12));
        } finally {
            spark.sc().removeSparkListener(listener);
        }
    }

    private static ChunkReport reportFrom(String executor, String cpuCapability) {
        return new ChunkReport(
                0,
                WrittenFile.NONE,
                ChunkCounts.NONE,
                GenerationStats.NONE,
                new ExecutorState(executor, 1, cpuCapability),
                null,
                List.of());
    }

    private static Row rowOf(String id, List<Row> sequences) {
        return RowFactory.create(id, "prompt", ScalaCollections.seq(sequences));
    }
}
