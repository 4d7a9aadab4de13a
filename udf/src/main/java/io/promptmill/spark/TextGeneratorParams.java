package io.promptmill.spark;

import io.promptmill.OptionWord;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.pretrained.SampleModel;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.rows.AddedColumns;
import io.promptmill.spark.rows.TokenLogprobs;
import io.promptmill.spark.shipping.ModelKeys;
import java.util.Optional;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * The Params of {@link TextGenerator}: where prompts and model come from, and how a run goes. Not thread-safe, like all
 * Params.
 */
public abstract class TextGeneratorParams extends GenerationParams {
    private static final long serialVersionUID = 1;

    private final Param<String> model;
    private final Param<String> baseModel;
    private final Param<String> idCol;
    private final Param<String> promptCol;
    private final Param<String> outputCol;
    private final IntParam slots;
    private final LongParam seed;
    private final BooleanParam returnFullText;
    private final Param<String> onLongPrompt;
    private final BooleanParam logprobs;
    private final Param<String> device;
    private final Param<String> precision;

    TextGeneratorParams(String uid) {
        super(uid);
        model = new Param<>(
                this,
                "model",
                "checkpoint folder in Hugging Face layout, on any Hadoop file system, or a version in a folder of versions:"
                        + " FOLDER@latest, FOLDER@best, FOLDER@v3; or a model on the Hugging Face hub: OWNER/NAME@REVISION;"
                        + " unset: what " + ModelKeys.MODEL + " names, or else the sample model in the jar");
        baseModel = new Param<>(
                this,
                "baseModel",
                "the base, as model names one, where model is a PEFT adapter; unset: the adapter's folder or what the adapter names");
        idCol = new Param<>(
                this,
                "idCol",
                "column that holds each row's key; unset: a prompt's digest is its key, so that equal prompts get equal texts");
        promptCol = new Param<>(this, "promptCol", "column that holds the prompts");
        outputCol = new Param<>(this, "outputCol", "name of the added column of sequences");
        slots = new IntParam(
                this,
                "slots",
                "sequences in flight at most, per task",
                value -> isPossible(EngineSettings.defaults().withSlots((int) value)));
        seed = new LongParam(this, "seed", "keys all random numbers");
        returnFullText = new BooleanParam(this, "returnFullText", "whether generated_text begins with the prompt");
        onLongPrompt = choice(
                LongPromptPolicy.class,
                "on_long_prompt",
                "onLongPrompt",
                "a prompt that does not fit: reject, truncate-left or truncate-right");
        logprobs = new BooleanParam(this, "logprobs", "whether sequences have token_logprobs");
        device = choice(RequestedDevice.class, "device", "device", "where the model runs: auto, cpu or gpu");
        precision = choice(
                RequestedPrecision.class,
                "precision",
                "precision",
                "arithmetic of the model: auto (fp32 on CPUs, bf16 on GPUs), fp32, bf16 or int8");
        setDefault(model, SampleModel.NAME);
        setDefault(promptCol, AddedColumns.PROMPT);
        setDefault(outputCol, AddedColumns.SEQUENCES);
        setDefault(slots, EngineSettings.DEFAULT_SLOTS);
        setDefault(seed, 0L);
        setDefault(returnFullText, false);
        setDefault(onLongPrompt, OptionWord.of(LongPromptPolicy.REJECT));
        setDefault(logprobs, false);
        setDefault(device, OptionWord.of(RequestedDevice.AUTO));
        setDefault(precision, OptionWord.of(RequestedPrecision.AUTO));
    }

    /** Param: checkpoint folder in Hugging Face layout, a version, {@code FOLDER@best}, or a model of the hub. */
    public final Param<String> model() {
        return model;
    }

    /** Param: the base, as model names one, where model is a PEFT adapter; unset: the adapter's folder or what the adapter names. */
    public final Param<String> baseModel() {
        return baseModel;
    }

    /** Param: column that holds each row's key; unset: a prompt's digest is its key, so that equal prompts get equal texts. */
    public final Param<String> idCol() {
        return idCol;
    }

    /** Param: column that holds the prompts. */
    public final Param<String> promptCol() {
        return promptCol;
    }

    /** Param: name of the added column of sequences. */
    public final Param<String> outputCol() {
        return outputCol;
    }

    /** Param: sequences in flight at most, per task. */
    public final IntParam slots() {
        return slots;
    }

    /** Param: keys all random numbers. */
    public final LongParam seed() {
        return seed;
    }

    /** Param: whether generated_text begins with the prompt. */
    public final BooleanParam returnFullText() {
        return returnFullText;
    }

    /** Param: a prompt that does not fit: reject, truncate-left or truncate-right. */
    public final Param<String> onLongPrompt() {
        return onLongPrompt;
    }

    /** Param: whether sequences have token_logprobs. */
    public final BooleanParam logprobs() {
        return logprobs;
    }

    /** Param: where the model runs: auto, cpu or gpu. */
    public final Param<String> device() {
        return device;
    }

    /** Param: arithmetic of the model: auto (fp32 on CPUs, bf16 on GPUs), fp32, bf16 or int8. */
    public final Param<String> precision() {
        return precision;
    }

    /** Value of {@link #model()}. */
    public final String getModel() {
        return getOrDefault(model);
    }

    /** Value of {@link #baseModel()}. */
    public final String getBaseModel() {
        return getOrDefault(baseModel);
    }

    /** Value of {@link #idCol()}. */
    public final String getIdCol() {
        return getOrDefault(idCol);
    }

    /** Value of {@link #promptCol()}. */
    public final String getPromptCol() {
        return getOrDefault(promptCol);
    }

    /** Value of {@link #outputCol()}. */
    public final String getOutputCol() {
        return getOrDefault(outputCol);
    }

    /** Value of {@link #slots()}. */
    public final int getSlots() {
        return (int) getOrDefault(slots);
    }

    /** Value of {@link #seed()}. */
    public final long getSeed() {
        return (long) getOrDefault(seed);
    }

    /** Value of {@link #returnFullText()}. */
    public final boolean getReturnFullText() {
        return (boolean) getOrDefault(returnFullText);
    }

    /** Value of {@link #onLongPrompt()}. */
    public final String getOnLongPrompt() {
        return getOrDefault(onLongPrompt);
    }

    /** Value of {@link #logprobs()}. */
    public final boolean getLogprobs() {
        return (boolean) getOrDefault(logprobs);
    }

    /** Value of {@link #device()}. */
    public final String getDevice() {
        return getOrDefault(device);
    }

    /** Value of {@link #precision()}. */
    public final String getPrecision() {
        return getOrDefault(precision);
    }

    final EngineSettings engineSettings() {
        return new EngineSettings(
                getSlots(),
                getSeed(),
                chosen(LongPromptPolicy.class, getOnLongPrompt()),
                getReturnFullText() ? ReturnedText.PROMPT_AND_CONTINUATION : ReturnedText.CONTINUATION);
    }

    final Optional<String> modelIfSet() {
        return isSet(model) ? Optional.of(getModel()) : Optional.empty();
    }

    final Optional<String> baseModelIfSet() {
        return isSet(baseModel) ? Optional.of(getBaseModel()) : Optional.empty();
    }

    final RequestedDevice requestedDevice() {
        return chosen(RequestedDevice.class, getDevice());
    }

    final RequestedPrecision requestedPrecision() {
        return chosen(RequestedPrecision.class, getPrecision());
    }

    final TokenLogprobs tokenLogprobs() {
        return getLogprobs() ? TokenLogprobs.INCLUDED : TokenLogprobs.OMITTED;
    }

    final AddedColumns addedColumns() {
        return new AddedColumns(isSet(idCol) ? getIdCol() : null, getPromptCol(), getOutputCol(), tokenLogprobs());
    }

    private static <E extends Enum<E>> E chosen(Class<E> type, String word) {
        return OptionWord.find(type, word).orElseThrow(); // the Param takes no other word
    }

    /** @param setting what messages call it, as they do the generation settings */
    private <E extends Enum<E>> Param<String> choice(Class<E> type, String setting, String name, String doc) {
        return new Param<>(this, name, doc, word -> isPossible(OptionWord.require(type, setting, word)));
    }

    /** Always true: to read a value that cannot be ends in an exception that says what it must be. */
    private static boolean isPossible(Object read) {
        return read != null;
    }
}
