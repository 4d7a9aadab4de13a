package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.progress.RejectedLimit;
import io.promptmill.jobs.testing.TestSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reports of a real Spark job whose every chunk has one rejected prompt. */
@Tag("spark")
class FinishedChunksTest {
    private static final int CHUNKS = 400;

    private final JavaSparkContext spark =
            JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

    @Test
    void theJobEndsAsSoonAsTooManyPromptsAreRejectedAndItsFinishedChunksAreKnown() {
        FinishedChunks finished = new FinishedChunks(spark, RejectedLimit.of("3"), List.of(), report -> {});
        assertThatThrownBy(() -> finished.collect(reports())).hasMessageContaining("cancelled");
        assertThat(finished.stopped()).isTrue();
        assertThat(finished.reports())
                .hasSizeBetween(4, CHUNKS - 1)
                .extracting(ChunkReport::chunk)
                .doesNotHaveDuplicates();
    }

    @Test
    void upToTheLimitAllChunksAreComputedBesideThoseThatWereDone() {
        List<ChunkReport> computed = new ArrayList<>();
        FinishedChunks finished = new FinishedChunks(
                spark, RejectedLimit.of(String.valueOf(CHUNKS + 1)), List.of(report(CHUNKS)), computed::addAll);
        finished.collect(reports());
        assertThat(computed).hasSize(CHUNKS);
        assertThat(finished.stopped()).isFalse();
        assertThat(finished.reports())
                .extracting(ChunkReport::chunk)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(0, CHUNKS).boxed().toList());
    }

    private JavaRDD<ChunkReport> reports() {
        return spark.parallelize(IntStream.range(0, CHUNKS).boxed().toList(), CHUNKS)
                .map(FinishedChunksTest::report);
    }

    private static ChunkReport report(int chunk) {
        return new ChunkReport(
                chunk, WrittenFile.NONE, new ChunkCounts(0, 1, 0, 0), GenerationStats.NONE, null, null, List.of());
    }
}
