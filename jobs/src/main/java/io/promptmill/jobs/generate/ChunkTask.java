package io.promptmill.jobs.generate;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkJournal;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.output.ChunkTarget;
import io.promptmill.jobs.output.ChunkWork;
import io.promptmill.jobs.output.ChunkWriter;
import io.promptmill.jobs.output.ExecutorState;
import io.promptmill.jobs.progress.SampleLines;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.rows.Outcomes;
import io.promptmill.spark.rows.Prediction;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** The work of one Spark task: the prompts of one chunk in, one file and one {@link ChunkReport} out. */
final class ChunkTask implements Function2<Integer, Iterator<Tuple2<String, Row>>, Iterator<ChunkReport>> {
    private static final long serialVersionUID = 1;

    private final ChunkPartitioner partitions;
    private final PartitionPredictor predictor;
    private final ChunkTarget target;

    ChunkTask(ChunkPartitioner partitions, PartitionPredictor predictor, ChunkTarget target) {
        this.partitions = partitions;
        this.predictor = predictor;
        this.target = target;
    }

    @Override
    public Iterator<ChunkReport> call(Integer partition, Iterator<Tuple2<String, Row>> prompts) throws IOException {
        Instant begun = ChunkWork.now();
        int chunk = partitions.chunk(partition);
        OutputFiles files = target.files();
        target.lease().check(files);
        if (files.stopRequested()) {
            return Collections.emptyIterator();
        }
        ChunkReport report =
                prompts.hasNext() ? generate(chunk, begun, values(prompts), files) : withoutPrompts(chunk, begun);
        return List.of(report).iterator();
    }

    private ChunkReport withoutPrompts(int chunk, Instant begun) throws IOException {
        WrittenFile file = WrittenFile.NONE;
        if (target.isAlwaysWritten(chunk)) {
            try (ChunkWriter writer =
                    new ChunkWriter(target, chunk, UUID.randomUUID().toString())) {
                file = writer.commit(ChunkCounts.NONE);
            }
        }
        return new ChunkReport(
                chunk,
                file,
                ChunkCounts.NONE,
                GenerationStats.NONE,
                ExecutorState.here(0),
                ChunkWork.here(begun),
                List.of());
    }

    private ChunkReport generate(int chunk, Instant begun, Iterator<Row> prompts, OutputFiles files)
            throws IOException {
        TaskContext task = TaskContext.get();
        if (task.attemptNumber() == 0 && task.stageAttemptNumber() == 0) {
            return write(chunk, begun, predictor.predict(prompts));
        }
        try (ChunkJournal journal = ChunkJournal.here(files, chunk)) {
            return write(chunk, begun, predictor.predict(prompts, journal));
        }
    }

    private ChunkReport write(int chunk, Instant begun, Prediction results) throws IOException {
        SampleLines samples = new SampleLines(target.schema());
        try (Prediction prediction = results;
                ChunkWriter writer =
                        new ChunkWriter(target, chunk, UUID.randomUUID().toString())) {
            while (prediction.hasNext()) {
                TaskContext.get().killTaskIfInterrupted();
                Row row = prediction.next();
                writer.write(row);
                samples.add(row);
            }
            Outcomes outcomes = prediction.outcomes();
            ChunkCounts chunkCounts = new ChunkCounts(
                    outcomes.ok(),
                    outcomes.rejected(),
                    outcomes.failed(),
                    prediction.stats().generatedTokens(),
                    prediction.problems(),
                    prediction.sequences());
            return new ChunkReport(
                    chunk,
                    writer.commit(chunkCounts),
                    chunkCounts,
                    prediction.stats(),
                    ExecutorState.here(PartitionPredictor.modelLoads()),
                    ChunkWork.here(begun),
                    samples.lines());
        }
    }

    private static Iterator<Row> values(Iterator<Tuple2<String, Row>> prompts) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return prompts.hasNext();
            }

            @Override
            public Row next() {
                return prompts.next()._2();
            }
        };
    }
}
