package io.promptmill.spark;

import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Continues prompts with a causal language model, as a stage of Spark ML and in the style of DJL's tasks for Spark:
 *
 * <pre>{@code
 * Dataset<Row> texts = new TextGenerator().setModel("/models/gpt2").setTopP(0.95).setDoSample(true).generate(prompts);
 * }</pre>
 *
 * <p>All rows and columns are kept. Added are a column of sequences (an array of structs), {@code status} ({@code ok},
 * {@code rejected}, {@code failed}) and {@code error}, which says what to do about a row without sequences. A column
 * {@code sampling_params} of the input holds settings of single rows; where no prompt column is named and there is none
 * called {@code prompt}, token ids are read from {@code prompt_token_ids}.
 *
 * <p>Transforming is lazy, but the model is compiled and broadcast at once; it is broadcast only once for a Spark
 * context and stays until that ends. Not thread-safe, like all Params; nothing to close.
 */
public final class TextGenerator extends TextGeneratorParams implements DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    /** A generator with a random uid. */
    public TextGenerator() {
        this(Identifiable$.MODULE$.randomUID("textGenerator"));
    }

    /** A generator of that uid, as Spark makes one when it loads or copies a stage. */
    public TextGenerator(String uid) {
        super(uid);
    }

    /** Reads saved generators. */
    public static MLReader<TextGenerator> read() {
        return new DefaultParamsReader<>();
    }

    /** The generator saved at {@code path}. */
    public static TextGenerator load(String path) {
        return read().load(path);
    }

    /** The prompts continued; the same as {@link #transform}. */
    public Dataset<Row> generate(Dataset<?> dataset) {
        return transform(dataset);
    }

    /**
     * The prompts continued.
     *
     * @throws IllegalArgumentException when columns, settings or checkpoint cannot be used
     * @throws java.io.UncheckedIOException when the checkpoint cannot be read
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        return DatasetTransform.of(this, dataset.toDF());
    }

    /**
     * The columns of the result.
     *
     * @throws IllegalArgumentException when a column is missing, has the wrong type, or clashes
     */
    @Override
    public StructType transformSchema(StructType schema) {
        return DatasetTransform.schema(this, schema);
    }

    @Override
    public TextGenerator copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** The same as {@link #setModel}. */
    public TextGenerator setModelUrl(String value) {
        return setModel(value);
    }

    /** The same as {@link #setPromptCol}. */
    public TextGenerator setInputCol(String value) {
        return setPromptCol(value);
    }

    /** The same as {@link #setSlots}. */
    public TextGenerator setBatchSize(int value) {
        return setSlots(value);
    }

    /** Sets {@link #model()}. */
    public TextGenerator setModel(String value) {
        set(model(), value);
        return this;
    }

    /** Sets {@link #baseModel()}. */
    public TextGenerator setBaseModel(String value) {
        set(baseModel(), value);
        return this;
    }

    /** Sets {@link #idCol()}. */
    public TextGenerator setIdCol(String value) {
        set(idCol(), value);
        return this;
    }

    /** Sets {@link #promptCol()}. */
    public TextGenerator setPromptCol(String value) {
        set(promptCol(), value);
        return this;
    }

    /** Sets {@link #outputCol()}. */
    public TextGenerator setOutputCol(String value) {
        set(outputCol(), value);
        return this;
    }

    /** Sets {@link #slots()}. */
    public TextGenerator setSlots(int value) {
        set(slots(), value);
        return this;
    }

    /** Sets {@link #maxNewTokens()}. */
    public TextGenerator setMaxNewTokens(int value) {
        set(maxNewTokens(), value);
        return this;
    }

    /** Sets {@link #maxLength()}. */
    public TextGenerator setMaxLength(int value) {
        set(maxLength(), value);
        return this;
    }

    /** Sets {@link #minNewTokens()}. */
    public TextGenerator setMinNewTokens(int value) {
        set(minNewTokens(), value);
        return this;
    }

    /** Sets {@link #minLength()}. */
    public TextGenerator setMinLength(int value) {
        set(minLength(), value);
        return this;
    }

    /** Sets {@link #doSample()}. */
    public TextGenerator setDoSample(boolean value) {
        set(doSample(), value);
        return this;
    }

    /** Sets {@link #temperature()}. */
    public TextGenerator setTemperature(double value) {
        set(temperature(), value);
        return this;
    }

    /** Sets {@link #topK()}. */
    public TextGenerator setTopK(int value) {
        set(topK(), value);
        return this;
    }

    /** Sets {@link #topP()}. */
    public TextGenerator setTopP(double value) {
        set(topP(), value);
        return this;
    }

    /** Sets {@link #minP()}. */
    public TextGenerator setMinP(double value) {
        set(minP(), value);
        return this;
    }

    /** Sets {@link #typicalP()}. */
    public TextGenerator setTypicalP(double value) {
        set(typicalP(), value);
        return this;
    }

    /** Sets {@link #repetitionPenalty()}. */
    public TextGenerator setRepetitionPenalty(double value) {
        set(repetitionPenalty(), value);
        return this;
    }

    /** Sets {@link #noRepeatNgramSize()}. */
    public TextGenerator setNoRepeatNgramSize(int value) {
        set(noRepeatNgramSize(), value);
        return this;
    }

    /** Sets {@link #badWordsIds()}. */
    public TextGenerator setBadWordsIds(String value) {
        set(badWordsIds(), value);
        return this;
    }

    /** Sets {@link #eosTokenId()}. */
    public TextGenerator setEosTokenId(int... value) {
        set(eosTokenId(), value);
        return this;
    }

    /** Sets {@link #numBeams()}. */
    public TextGenerator setNumBeams(int value) {
        set(numBeams(), value);
        return this;
    }

    /** Sets {@link #lengthPenalty()}. */
    public TextGenerator setLengthPenalty(double value) {
        set(lengthPenalty(), value);
        return this;
    }

    /** Sets {@link #earlyStopping()}. */
    public TextGenerator setEarlyStopping(String value) {
        set(earlyStopping(), value);
        return this;
    }

    /** Sets {@link #numReturnSequences()}. */
    public TextGenerator setNumReturnSequences(int value) {
        set(numReturnSequences(), value);
        return this;
    }

    /** Sets {@link #stop()}. */
    public TextGenerator setStop(String... value) {
        set(stop(), value);
        return this;
    }

    /** Sets {@link #prefix()}. */
    public TextGenerator setPrefix(String value) {
        set(prefix(), value);
        return this;
    }

    /** Sets {@link #seed()}. */
    public TextGenerator setSeed(long value) {
        set(seed(), value);
        return this;
    }

    /** Sets {@link #returnFullText()}. */
    public TextGenerator setReturnFullText(boolean value) {
        set(returnFullText(), value);
        return this;
    }

    /** Sets {@link #onLongPrompt()}. */
    public TextGenerator setOnLongPrompt(String value) {
        set(onLongPrompt(), value);
        return this;
    }

    /** Sets {@link #logprobs()}. */
    public TextGenerator setLogprobs(boolean value) {
        set(logprobs(), value);
        return this;
    }

    /** Sets {@link #precision()}. */
    public TextGenerator setPrecision(String value) {
        set(precision(), value);
        return this;
    }

    /** Sets {@link #device()}. */
    public TextGenerator setDevice(String value) {
        set(device(), value);
        return this;
    }
}
