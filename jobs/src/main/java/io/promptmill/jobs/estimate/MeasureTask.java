package io.promptmill.jobs.estimate;

import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.rows.Prediction;
import io.promptmill.spark.rows.PromptColumns;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Measures the prompts of one partition that are in chunks to be computed. */
final class MeasureTask implements FlatMapFunction<Iterator<Row>, MeasuredPrompts> {
    private static final long serialVersionUID = 1;

    private final PartitionPredictor predictor;
    private final PromptColumns columns;
    private final ChunkPlan plan;
    private final BitSet missing;

    /**
     * The task.
     *
     * @param missing the chunks that are to be computed
     */
    MeasureTask(PartitionPredictor predictor, PromptColumns columns, ChunkPlan plan, BitSet missing) {
        this.predictor = predictor;
        this.columns = columns;
        this.plan = plan;
        this.missing = missing;
    }

    @Override
    public Iterator<MeasuredPrompts> call(Iterator<Row> rows) {
        MeasuredPrompts measured = new MeasuredPrompts();
        Wanted wanted = new Wanted(rows);
        try (Prediction prediction = predictor.measure(wanted, size -> measured.add(wanted.id, size, wanted.row))) {
            while (prediction.hasNext()) {
                prediction.next();
            }
            measured.ended(prediction.outcomes(), prediction.problems());
        }
        return List.of(measured).iterator();
    }

    /** The rows of chunks to be computed; a measure answers each before it reads the next. */
    private final class Wanted implements Iterator<Row> {
        private final Iterator<Row> rows;
        private Row next;
        private String nextId;
        private Row row;
        private String id;

        Wanted(Iterator<Row> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            while (next == null && rows.hasNext()) {
                Row read = rows.next();
                String readId = columns.canonicalId(read);
                if (missing.cardinality() == plan.chunks() || missing.get(plan.chunkOf(readId))) {
                    next = read;
                    nextId = readId;
                }
            }
            return next != null;
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            row = next;
            id = nextId;
            next = null;
            return row;
        }
    }
}
