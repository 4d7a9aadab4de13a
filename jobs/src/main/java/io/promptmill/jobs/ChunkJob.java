package io.promptmill.jobs;

import io.promptmill.spark.PartitionPredictor;
import io.promptmill.spark.PromptColumns;
import java.io.PrintStream;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Tuple2;

/** The Spark job that computes chunks: prompts are brought to the partition of their chunk, sorted by id, one task each. */
final class ChunkJob {
    private final JavaSparkContext spark;
    private final PrintStream err;

    /** A job on a Spark that the caller stops; progress goes to {@code err}. */
    ChunkJob(JavaSparkContext spark, PrintStream err) {
        this.spark = spark;
        this.err = err;
    }

    /**
     * Computes all chunks but those that are done.
     *
     * @param prompts prompts of the chunks to compute, for the progress display
     * @return all chunks' reports in order, the done ones included
     */
    List<ChunkReport> run(
            InputTable input, long prompts, PartitionPredictor predictor, ChunkTarget target, List<ChunkReport> done) {
        ChunkPartitioner partitions = new ChunkPartitioner(target.plan(), missing(target.plan(), done));
        PromptColumns columns = input.columns();
        JavaPairRDD<String, Row> chunks = columns.select(input.rows())
                .javaRDD()
                .mapToPair(row -> new Tuple2<>(columns.canonicalId(row), row))
                .filter(row -> partitions.wants(row._1()))
                .mapValues(ChunkJob::withoutSchema)
                .repartitionAndSortWithinPartitions(partitions);
        ProgressListener listener = new ProgressListener();
        spark.sc().addSparkListener(listener);
        ProgressDisplay display = ProgressDisplay.start(prompts, listener::progress, err);
        try {
            ChunkTask task = new ChunkTask(partitions, predictor, target, LiveCounts.register(spark.sc()));
            List<ChunkReport> computed =
                    chunks.mapPartitionsWithIndex(task, true).collect();
            return Stream.concat(done.stream(), computed.stream())
                    .sorted(Comparator.comparingInt(ChunkReport::chunk))
                    .toList();
        } finally {
            display.close();
            spark.sc().removeSparkListener(listener);
        }
    }

    private static int[] missing(ChunkPlan plan, List<ChunkReport> done) {
        BitSet present = new BitSet(plan.chunks());
        done.forEach(report -> present.set(report.chunk()));
        return IntStream.range(0, plan.chunks())
                .filter(chunk -> !present.get(chunk))
                .toArray();
    }

    // A row with its schema would carry the schema through the shuffle.
    private static Row withoutSchema(Row row) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return RowFactory.create(values);
    }
}
