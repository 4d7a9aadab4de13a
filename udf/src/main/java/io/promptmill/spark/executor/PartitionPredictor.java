package io.promptmill.spark.executor;

import io.promptmill.GenerationConfig;
import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.PromptSize;
import io.promptmill.spark.rows.Prediction;
import io.promptmill.spark.rows.PredictionObserver;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.rows.PromptEngine;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;

/**
 * Turns a partition of rows into a partition of results. Immutable; travels with tasks, every task makes predictions of
 * its own.
 */
public final class PartitionPredictor implements Serializable {
    private static final long serialVersionUID = 1;

    private final ModelBroadcast model;
    private final PromptColumns columns;
    private final PredictionSettings settings;
    private final LiveCounts counts;

    /**
     * A predictor; made on the driver, where it checks what can be known before the first row.
     *
     * @param counts what its tasks raise
     * @throws IllegalArgumentException when settings contradict one another, or need a tokenizer and there is none
     */
    public PartitionPredictor(
            ModelBroadcast model, PromptColumns columns, PredictionSettings settings, LiveCounts counts) {
        this.model = Objects.requireNonNull(model, "model");
        this.columns = Objects.requireNonNull(columns, "columns");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.counts = Objects.requireNonNull(counts, "counts");
        GenerationConfig config = GenerationConfig.resolve(settings.sources());
        if (model.tokenizer().isEmpty()) {
            require(columns.promptsAreTokenIds(), "prompts are text: give them as a column prompt_token_ids");
            require(config.stop().isEmpty(), "stop is set: unset it, or use eos_token_id");
            require(config.prefix().isEmpty(), "prefix is set: unset it, and put its token ids into the prompts");
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("The checkpoint has no tokenizer that can be used ("
                    + model.whyNoTokenizer().orElseThrow() + "), but " + otherwise
                    + ", or use a checkpoint with a byte-level BPE tokenizer.");
        }
    }

    /**
     * Starts on the rows of a partition; a model is loaded, or the loaded one taken, when the first good prompt is met. What
     * is done is counted while it is done.
     *
     * @param selectedRows rows of {@link PromptColumns#select}
     * @return rows of {@link PromptColumns#outputSchema}, where a badly encoded carried string is a {@link
     *     org.apache.spark.unsafe.types.UTF8String}, which keeps its bytes; to be closed by the caller; inside Spark it is
     *     closed when the task completes, too
     */
    public Prediction predict(Iterator<Row> selectedRows) {
        return start(selectedRows, beforeStep -> LeasedEngine.open(model, settings, beforeStep));
    }

    /**
     * {@link #predict(Iterator)} for a repeated attempt, which is slower, and in which the prompt that ends its process
     * every time becomes a failed row in the end: the first such attempt notes the prompts in flight, the second computes
     * those alone, and the third goes without the prompt that ended the second.
     */
    public Prediction predict(Iterator<Row> selectedRows, AttemptJournal journal) {
        return start(selectedRows, beforeStep -> IsolatingEngine.open(model, settings, journal, beforeStep));
    }

    /**
     * Goes through the rows of a partition without generating and without counting: each is rejected as {@link #predict(Iterator)} would reject
     * it before its first token, or ok without sequences.
     *
     * @param told the size of each row that is ok, when its result is pulled
     */
    public Prediction measure(Iterator<Row> selectedRows, Consumer<PromptSize> told) {
        return prediction(selectedRows, () -> MeasuringEngine.open(model, settings, told), PredictionObserver.NONE);
    }

    /**
     * {@link #predict(Iterator)} for the sake of measuring, not counted.
     *
     * @param slots sequences in flight, and drawn sequences of a prompt at most
     * @param mostNewTokens of a sequence, where its own limit is higher
     * @param rehearsal sees what the engine does
     */
    public Prediction rehearse(Iterator<Row> selectedRows, int slots, int mostNewTokens, Rehearsal rehearsal) {
        return prediction(
                selectedRows,
                () -> new RehearsingEngine(
                        LeasedEngine.open(model, settings.withSlots(slots), rehearsal::beforeStep),
                        slots,
                        mostNewTokens,
                        rehearsal),
                PredictionObserver.NONE);
    }

    /** Loads the model into this executor, unless it is there. */
    public void load() {
        ExecutorModels.acquire(model, TaskDevice.of(settings.device())).close();
    }

    /** How many models this JVM has loaded, for all its partitions. */
    public static long modelLoads() {
        return ExecutorModels.loads();
    }

    private Prediction start(Iterator<Row> selectedRows, Function<Consumer<GenerationStats>, PromptEngine> openEngine) {
        TaskWork work = TaskWork.begin(counts);
        return prediction(selectedRows, () -> openEngine.apply(work::step), work);
    }

    private Prediction prediction(
            Iterator<Row> selectedRows, Supplier<PromptEngine> engines, PredictionObserver observer) {
        return Prediction.of(selectedRows, columns, settings.sources(), settings.loggedText(), engines, observer);
    }
}
