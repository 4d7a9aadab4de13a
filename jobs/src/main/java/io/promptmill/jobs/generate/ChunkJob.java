package io.promptmill.jobs.generate;

import io.promptmill.Amount;
import io.promptmill.jobs.output.ChunkJournal;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkTarget;
import io.promptmill.jobs.output.WorkFile;
import io.promptmill.jobs.progress.LimitWatch;
import io.promptmill.jobs.progress.Phases;
import io.promptmill.jobs.progress.ProgressDisplay;
import io.promptmill.jobs.progress.ProgressListener;
import io.promptmill.jobs.progress.ProgressListener.Progress;
import io.promptmill.jobs.progress.RejectedLimit;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.seam.SessionRows;
import java.io.IOException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Tuple2;

/** The Spark job that computes chunks: prompts are brought to the partition of their chunk, sorted by id, one task each. */
final class ChunkJob {
    private final JavaSparkContext spark;
    private final LimitWatch limits;
    private final RejectedLimit maxRejected;
    private final Phases phases;

    /** A job on a Spark that the caller stops; it begins no chunk beyond the limits and tells how far it is. */
    ChunkJob(JavaSparkContext spark, LimitWatch limits, RejectedLimit maxRejected, Phases phases) {
        this.spark = spark;
        this.limits = limits;
        this.maxRejected = maxRejected;
        this.phases = phases;
    }

    /**
     * Computes all chunks but those that are done.
     *
     * @param prompts prompts of the chunks to compute, for the progress display
     * @param work is told of each chunk that is computed
     * @return reports in the chunks' order, of the done ones too; fewer than all where a limit was reached
     */
    List<ChunkReport> run(
            InputTable input,
            long prompts,
            PartitionPredictor predictor,
            ChunkTarget target,
            List<ChunkReport> done,
            WorkFile work)
            throws IOException {
        OutputFiles files = target.files();
        ChunkPartitioner partitions = new ChunkPartitioner(target.plan(), missing(target.plan(), done));
        PromptColumns columns = input.columns();
        JavaPairRDD<String, Row> chunks = SessionRows.of(columns.select(input.rows()))
                .mapToPair(row -> new Tuple2<>(columns.canonicalId(row), row))
                .filter(row -> partitions.wants(row._1()))
                .mapValues(ChunkJob::withoutSchema)
                .repartitionAndSortWithinPartitions(partitions);
        LimitStop stop = new LimitStop(files);
        ProgressListener listener = new ProgressListener(stop::after);
        spark.sc().addSparkListener(listener);
        ExecutorLosses losses = new ExecutorLosses(partitions);
        spark.sc().addSparkListener(losses);
        phases.begin("loading the model and generating: " + Amount.of(prompts, "prompt") + " in "
                + Amount.of(partitions.numPartitions(), "chunk"));
        FinishedChunks finished = new FinishedChunks(spark, maxRejected, done, work::add);
        ProgressDisplay display = ProgressDisplay.start(
                "generate", "prompt", prompts, () -> listener.progress().shown(), phases.err());
        try {
            ChunkTask task = new ChunkTask(partitions, predictor, target);
            finished.collect(chunks.mapPartitionsWithIndex(task, true));
            return inOrder(finished.reports());
        } catch (Exception e) { // Spark throws checked ones undeclared
            if (finished.stopped()) {
                return inOrder(finished.reports());
            }
            if (ExecutorLosses.mayBeWhy(e)) {
                ExecutorLosses.Most most = losses.most();
                if (most.times() > 1) {
                    throw ExecutorsLostException.of(
                            most, ChunkJournal.lost(files, most.chunks()), input, target.plan(), e);
                }
            }
            throw e;
        } finally {
            display.close();
            spark.sc().removeSparkListener(losses);
            spark.sc().removeSparkListener(listener);
            stop.close();
        }
    }

    /** These reports in the order of the chunks. */
    static List<ChunkReport> inOrder(List<ChunkReport> reports) {
        return reports.stream()
                .sorted(Comparator.comparingInt(ChunkReport::chunk))
                .toList();
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

    /**
     * Lets no further chunk begin once a limit is reached: once, and only while the job runs. Spark may tell of progress
     * after that; a mark would then stay in the folder, or another job of the session be cancelled.
     */
    private final class LimitStop implements AutoCloseable {
        private final OutputFiles files;
        private boolean over;

        LimitStop(OutputFiles files) {
            this.files = files;
        }

        synchronized void after(Progress progress) {
            if (over || !limits.exhausted(progress)) {
                return;
            }
            over = true;
            try {
                files.requestStop();
            } catch (IOException e) {
                spark.cancelAllJobs(); // the tasks cannot be told, so they are ended
            }
        }

        @Override
        public synchronized void close() {
            over = true;
        }
    }
}
