package io.promptmill.jobs.estimate;

import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.PromptSize;
import io.promptmill.jobs.parquet.DigestedFile;
import io.promptmill.jobs.parquet.RowFiles;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.rows.Prediction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;

/**
 * Generates a sample for a while, beside the same work in all other tasks, and learns what it costs. The rows go through a
 * Parquet writer and nowhere from there.
 *
 * @param predictor of the run
 * @param rows the sample
 * @param slots of the run
 * @param mostTokens new tokens that each task of the run has to compute at most
 * @param tasks how many do this at the same time
 * @param schema of the rows that a run writes
 * @param footer entries that each file of the run has
 * @param hadoop the driver's Hadoop settings
 */
record CalibrationTask(
        PartitionPredictor predictor,
        List<SampleRow> rows,
        int slots,
        long mostTokens,
        int tasks,
        StructType schema,
        Map<String, String> footer,
        SerializableConfiguration hadoop)
        implements Function<Integer, Calibration> {
    /** Short prompts on a small model are known by then. */
    private static final double ENOUGH_SECONDS = 4;

    /** Less than that says too little of the steps' costs. */
    private static final double LEAST_BUDGET_SECONDS = 10;

    private static final double MOST_BUDGET_SECONDS = 60;
    private static final double SHARE_OF_RUN = 0.05;

    private static final int WARM_UP_TOKENS = 4;
    private static final int FEW_TOKENS = 16;
    private static final long ANY_POSITIONS = Long.MAX_VALUE;
    private static final int LEAST_TOKENS = 4;

    @Override
    public Calibration call(Integer task) throws IOException {
        return new Sample((long) task * rows.size() / tasks).calibrate();
    }

    /** Seconds that may be spent where a step of all slots takes so long. */
    double budget(double stepSeconds) {
        double run = stepSeconds * mostTokens / slots;
        return Math.max(LEAST_BUDGET_SECONDS, Math.min(MOST_BUDGET_SECONDS, SHARE_OF_RUN * run));
    }

    /** One task's way through the sample, which begins again behind its end. Single-threaded. */
    private final class Sample {
        private final Calibration learnt = new Calibration();
        private final long start = System.nanoTime();
        private final Function1<Object, Object> toInternal = CatalystTypeConverters.createToCatalystConverter(schema);
        private long next;

        Sample(long first) {
            this.next = first;
        }

        Calibration calibrate() throws IOException {
            int few = Math.max(1, slots / 4);
            wave(Math.max(1, slots / 16), ANY_POSITIONS, WARM_UP_TOKENS, new Calibration());
            double before = seconds();
            Wave wave = wave(few, ANY_POSITIONS, FEW_TOKENS, learnt);
            // Of all slots, if it takes as much longer as there are more of them: it never takes longer than that.
            double step = (seconds() - before - wave.prefillSeconds()) / wave.steps() * slots / few;
            double budget = budget(step);
            double left = Math.max(0, budget - seconds()) / 2; // for prefills, and as much for steps
            long positions = (long) (left / wave.prefillSeconds() * wave.prefillPositions());
            int most = (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST_TOKENS, left / step));
            wave(slots, positions, most, learnt);
            while (seconds() < ENOUGH_SECONDS && learnt.tokens() < mostTokens) {
                learnt.fadeCosts();
                wave(few, positions, FEW_TOKENS, learnt);
                wave(slots, positions, most, learnt);
            }
            return learnt;
        }

        private double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        private Wave wave(int wanted, long positions, int mostNewTokens, Calibration into) throws IOException {
            List<SampleRow> prompts = prompts(wanted, positions);
            Iterator<Row> input = prompts.stream().map(SampleRow::row).iterator();
            Wave wave = new Wave(prompts, into);
            GenerationStats stats;
            double generated;
            DigestedFile file = new DigestedFile(OutputStream.nullOutputStream());
            long number = 0;
            try (Prediction prediction = predictor.rehearse(input, slots, mostNewTokens, wave);
                    ParquetWriter<InternalRow> parquet = RowFiles.writer(file, schema, footer, Map::of, hadoop.value())
                            .build()) {
                while (prediction.hasNext()) {
                    parquet.write((InternalRow) toInternal.apply(prediction.next()));
                    number++;
                }
                stats = prediction.stats();
                wave.end(stats);
                generated = wave.secondsSinceStart();
            }
            into.observeWave(prompts.size(), stats.generatedTokens(), wave.secondsSinceStart() - generated);
            long promptTokens = prompts.stream()
                    .mapToLong(row -> row.prompt().size().tokens())
                    .sum();
            into.observeFile(file.bytes(), number, promptTokens + stats.generatedTokens());
            return wave;
        }

        /** The next of the sample that fit these slots together and have no more positions to prefill, but at least one. */
        private List<SampleRow> prompts(int wanted, long positions) {
            List<SampleRow> prompts = new ArrayList<>();
            long taken = 0;
            long prefill = 0;
            while (prompts.size() < rows.size()) {
                SampleRow row = rows.get((int) (next % rows.size()));
                PromptSize size = row.prompt().size();
                taken += (long) size.decodings() * size.beams();
                prefill += size.prefill();
                if (!prompts.isEmpty() && (taken > wanted || prefill > positions)) {
                    break;
                }
                prompts.add(row);
                next++;
            }
            return prompts;
        }
    }
}
