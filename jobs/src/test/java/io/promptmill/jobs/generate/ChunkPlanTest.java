package io.promptmill.jobs.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.promptmill.compile.Precision;
import io.promptmill.family.ModelShape;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.testing.TestSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.Tuple2;

class ChunkPlanTest {

    @ParameterizedTest
    @CsvSource({
        "0, 1, 64, 2, 0.25, 1", // an empty input is one empty chunk
        "1, 1, 64, 8, 0.25, 1", // never more chunks than rows
        "40, 1, 64, 2, 0.25, 2", // small: one chunk a core
        "400, 1, 64, 2, 0.25, 2", // three would leave a core idle
        "600, 1, 64, 2, 0.25, 4", // a chunk fills its slots twice
        "2000, 1, 64, 2, 0.25, 8", // four a core
        "3000, 4, 64, 2, 0.001, 9", // four sequences a row, as many chunks as keep the slots full
        "10, 500, 64, 2, 0.25, 8", // few rows of many sequences
        "100000, 1, 64, 2, 0.25, 83", // five minutes each
        "100000, 1, 64, 2, 0, 78", // nobody knows how long it takes
        "100000, 1, 64, 2, 10, 781", // five minutes would not fill the slots
        "10000000, 1, 64, 32, 0.1, 7812", // large and quick: as many as keep the slots full
        "10000000, 1, 1, 32, 0.1, 100000" // capped
    })
    void autoIsAsManyChunksAsKeepTheSlotsFullAndMoreWhereTheyTakeLong(
            long rows, int sequencesPerRow, int slots, int cores, double secondsPerSequence, int chunks) {
        assertThat(ChunkPlan.auto(rows, sequencesPerRow, slots, cores, secondsPerSequence))
                .isEqualTo(new ChunkPlan(chunks));
    }

    @Test
    void theRateOfACoreIsThatOfTheMeasuredModel() {
        ModelShape gpt2 = new ModelShape(
                12, 768, new ModelShape.Attention(12, 12, 64), new ModelShape.Mlp(3072, 2), 50257, 1024, null);
        assertThat(CoreRate.tokensPerSecond(gpt2, Precision.FP32)).isCloseTo(515 / 2.0, withinPercentage(2));
        assertThat(CoreRate.tokensPerSecond(gpt2, Precision.BF16)).isCloseTo(940 / 2.0, withinPercentage(2));
        assertThat(CoreRate.tokensPerSecond(gpt2, Precision.INT8)).isCloseTo(1407 / 2.0, withinPercentage(2));
    }

    @Test
    void theChunkOfAnIdNeverChanges() {
        ChunkPlan plan = new ChunkPlan(256);
        assertThat(List.of(plan.chunkOf("1"), plan.chunkOf("dream-01"), plan.chunkOf(""), plan.chunkOf("日本")))
                .containsExactly(225, 27, 20, 203);
    }

    @Test
    void idsSpreadEvenly() {
        ChunkPlan plan = new ChunkPlan(10);
        int[] sizes = new int[10];
        for (int id = 0; id < 10_000; id++) {
            sizes[plan.chunkOf(Integer.toString(id))]++;
        }
        assertThat(Arrays.stream(sizes)).allMatch(size -> size > 880 && size < 1120);
    }

    @Test
    void aPartitionIsAChunkSortedById() {
        ChunkPlan plan = new ChunkPlan(7);
        List<Tuple2<String, Integer>> rows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            rows.add(new Tuple2<>("id" + i, i));
        }
        List<List<String>> partitions = JavaSparkContext.fromSparkContext(
                        TestSpark.session().sparkContext())
                .parallelizePairs(rows, 3)
                .repartitionAndSortWithinPartitions(new ChunkPartitioner(
                        plan, IntStream.range(0, plan.chunks()).toArray()))
                .keys()
                .glom()
                .collect();
        assertThat(partitions).hasSize(7);
        for (int chunk = 0; chunk < 7; chunk++) {
            int number = chunk;
            assertThat(partitions.get(chunk)).isSorted().allMatch(id -> plan.chunkOf(id) == number);
        }
    }

    @Test
    void theRowsOfChunksAreToldInSQL() {
        ChunkPlan plan = new ChunkPlan(7);
        Dataset<Row> ids = TestSpark.session().range(-200, 200).toDF("an `id`");
        for (Dataset<Row> of :
                List.of(ids, ids.select(concat(lit("Ä "), col("`an ``id```")).as("an `id`")))) {
            assertThat(of.filter(plan.rowsOf(List.of(0, 4), "an `id`")).collectAsList())
                    .containsExactlyElementsOf(of.collectAsList().stream()
                            .filter(row -> Set.of(0, 4)
                                    .contains(plan.chunkOf(row.get(0).toString())))
                            .toList())
                    .hasSizeGreaterThan(80);
        }
    }

    @Test
    void filesAreNamedByChunk() {
        assertThat(new ChunkPlan(256).fileName(17)).isEqualTo("chunk-00017-of-00256.parquet");
        assertThat(ChunkPlan.isFileName("chunk-00017-of-00256.parquet")).isTrue();
        assertThat(ChunkPlan.isFileName("../chunk-00017-of-00256.parquet")).isFalse();
    }

    @Test
    void thereIsAtLeastOneChunk() {
        assertThatThrownBy(() -> new ChunkPlan(0)).hasMessage("chunks must be 1 to 100000 but was 0");
    }

    @Test
    void aChunkIsKnownByItsFilesNameAndByNoOther() {
        ChunkPlan plan = new ChunkPlan(12);
        for (int chunk = 0; chunk < 12; chunk++) {
            assertThat(plan.chunkIn(plan.fileName(chunk))).hasValue(chunk);
        }
        assertThat(List.of(
                        "chunk-00012-of-00012.parquet",
                        "chunk-00001-of-00013.parquet",
                        "chunk-00001-of-000012.parquet",
                        "x/chunk-00001-of-00012.parquet",
                        "chunk-00001-of-00012.parquet.tmp",
                        ""))
                .allSatisfy(name -> assertThat(plan.chunkIn(name)).isEmpty());
    }

    @Test
    void aGenerationHasFileNamesOfItsOwn() {
        ChunkPlan second = new ChunkPlan(12, 3);
        assertThat(second.fileName(7)).isEqualTo("chunk-00007-of-00012-g0003.parquet");
        assertThat(second.chunkIn("chunk-00007-of-00012-g0003.parquet")).hasValue(7);
        assertThat(second.chunkIn("chunk-00007-of-00012.parquet")).isEmpty();
        assertThat(new ChunkPlan(12).chunkIn("chunk-00007-of-00012-g0003.parquet"))
                .isEmpty();
        assertThatThrownBy(() -> new ChunkPlan(1, 10_000)).hasMessage("generation must be 0 to 9999 but was 10000");
    }

    @Test
    void onlyTheWantedChunksHaveAPartition() {
        ChunkPlan plan = new ChunkPlan(5);
        ChunkPartitioner partitions = new ChunkPartitioner(plan, new int[] {1, 4});
        assertThat(partitions.numPartitions()).isEqualTo(2);
        assertThat(partitions.chunk(1)).isEqualTo(4);
        for (int i = 0; i < 100; i++) {
            String id = "id-" + i;
            int chunk = plan.chunkOf(id);
            assertThat(partitions.wants(id)).isEqualTo(chunk == 1 || chunk == 4);
            if (partitions.wants(id)) {
                assertThat(partitions.chunk(partitions.getPartition(id))).isEqualTo(chunk);
            }
        }
    }
}
