package io.promptmill.spark;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The generation settings as Params of Spark ML, with Spark's names for their methods. They have no defaults: what is
 * not set is the checkpoint's own setting, and then transformers' default. Not thread-safe, like all Params.
 */
public abstract class GenerationParams extends Transformer {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final Map<GenerationOption, Param<?>> params = new EnumMap<>(GenerationOption.class);

    private final IntParam maxNewTokens;
    private final IntParam maxLength;
    private final IntParam minNewTokens;
    private final IntParam minLength;
    private final BooleanParam doSample;
    private final DoubleParam temperature;
    private final IntParam topK;
    private final DoubleParam topP;
    private final DoubleParam minP;
    private final DoubleParam typicalP;
    private final DoubleParam repetitionPenalty;
    private final IntParam noRepeatNgramSize;
    private final Param<String> badWordsIds;
    private final IntArrayParam eosTokenId;
    private final IntParam numBeams;
    private final DoubleParam lengthPenalty;
    private final Param<String> earlyStopping;
    private final IntParam numReturnSequences;
    private final StringArrayParam stop;
    private final Param<String> prefix;

    GenerationParams(String uid) {
        this.uid = uid;
        // A Param asks its parent for the uid, so that none can be made in a field's initialiser.
        maxNewTokens = integer(GenerationOption.MAX_NEW_TOKENS, "maxNewTokens", "generated tokens at most");
        maxLength = integer(GenerationOption.MAX_LENGTH, "maxLength", "prompt and generated tokens at most");
        minNewTokens = integer(GenerationOption.MIN_NEW_TOKENS, "minNewTokens", "generated tokens at least");
        minLength = integer(GenerationOption.MIN_LENGTH, "minLength", "prompt and generated tokens at least");
        doSample = flag(GenerationOption.DO_SAMPLE, "doSample", "whether tokens are drawn at random");
        temperature = number(GenerationOption.TEMPERATURE, "temperature", "logits are divided by it when sampling");
        topK = integer(GenerationOption.TOP_K, "topK", "keep the k most likely tokens when sampling; 0 is off");
        topP = number(
                GenerationOption.TOP_P, "topP", "keep the most likely tokens of this mass when sampling; 1 is off");
        minP = number(
                GenerationOption.MIN_P,
                "minP",
                "remove tokens below this share of the likeliest one when sampling; 0 is off");
        typicalP = number(
                GenerationOption.TYPICAL_P,
                "typicalP",
                "keep the most typical tokens of this mass when sampling; 1 is off");
        repetitionPenalty = number(
                GenerationOption.REPETITION_PENALTY,
                "repetitionPenalty",
                "lowers the scores of tokens seen before; 1 is off");
        noRepeatNgramSize = integer(
                GenerationOption.NO_REPEAT_NGRAM_SIZE,
                "noRepeatNgramSize",
                "no n-gram of this size occurs twice; 0 is off");
        badWordsIds = text(
                GenerationOption.BAD_WORDS_IDS,
                "badWordsIds",
                "token sequences never generated, such as [[5],[7,9]]; on the JVM as JSON text");
        eosTokenId = integers(GenerationOption.EOS_TOKEN_ID, "eosTokenId", "token ids that end a sequence");
        numBeams = integer(GenerationOption.NUM_BEAMS, "numBeams", "beams of beam search; 1 is none");
        lengthPenalty = number(
                GenerationOption.LENGTH_PENALTY,
                "lengthPenalty",
                "exponent of the length by which a beam's score is divided");
        earlyStopping =
                text(GenerationOption.EARLY_STOPPING, "earlyStopping", "when beam search stops: true, false or never");
        numReturnSequences =
                integer(GenerationOption.NUM_RETURN_SEQUENCES, "numReturnSequences", "sequences per prompt");
        stop = texts(GenerationOption.STOP, "stop", "strings that end a sequence");
        prefix = text(GenerationOption.PREFIX, "prefix", "text put before every prompt");
    }

    @Override
    public final String uid() {
        return uid;
    }

    /** Param: generated tokens at most. */
    public final IntParam maxNewTokens() {
        return maxNewTokens;
    }

    /** Param: prompt and generated tokens at most. */
    public final IntParam maxLength() {
        return maxLength;
    }

    /** Param: generated tokens at least. */
    public final IntParam minNewTokens() {
        return minNewTokens;
    }

    /** Param: prompt and generated tokens at least. */
    public final IntParam minLength() {
        return minLength;
    }

    /** Param: whether tokens are drawn at random. */
    public final BooleanParam doSample() {
        return doSample;
    }

    /** Param: logits are divided by it when sampling. */
    public final DoubleParam temperature() {
        return temperature;
    }

    /** Param: keep the k most likely tokens when sampling; 0 is off. */
    public final IntParam topK() {
        return topK;
    }

    /** Param: keep the most likely tokens of this mass when sampling; 1 is off. */
    public final DoubleParam topP() {
        return topP;
    }

    /** Param: remove tokens below this share of the likeliest one when sampling; 0 is off. */
    public final DoubleParam minP() {
        return minP;
    }

    /** Param: keep the most typical tokens of this mass when sampling; 1 is off. */
    public final DoubleParam typicalP() {
        return typicalP;
    }

    /** Param: lowers the scores of tokens seen before; 1 is off. */
    public final DoubleParam repetitionPenalty() {
        return repetitionPenalty;
    }

    /** Param: no n-gram of this size occurs twice; 0 is off. */
    public final IntParam noRepeatNgramSize() {
        return noRepeatNgramSize;
    }

    /** Param: token sequences never generated, as JSON text such as [[5],[7,9]]. */
    public final Param<String> badWordsIds() {
        return badWordsIds;
    }

    /** Param: token ids that end a sequence. */
    public final IntArrayParam eosTokenId() {
        return eosTokenId;
    }

    /** Param: beams of beam search; 1 is none. */
    public final IntParam numBeams() {
        return numBeams;
    }

    /** Param: exponent of the length by which a beam's score is divided. */
    public final DoubleParam lengthPenalty() {
        return lengthPenalty;
    }

    /** Param: when beam search stops: true, false or never. */
    public final Param<String> earlyStopping() {
        return earlyStopping;
    }

    /** Param: sequences per prompt. */
    public final IntParam numReturnSequences() {
        return numReturnSequences;
    }

    /** Param: strings that end a sequence. */
    public final StringArrayParam stop() {
        return stop;
    }

    /** Param: text put before every prompt. */
    public final Param<String> prefix() {
        return prefix;
    }

    /** Value of {@link #maxNewTokens()}. */
    public final int getMaxNewTokens() {
        return (int) getOrDefault(maxNewTokens);
    }

    /** Value of {@link #maxLength()}. */
    public final int getMaxLength() {
        return (int) getOrDefault(maxLength);
    }

    /** Value of {@link #minNewTokens()}. */
    public final int getMinNewTokens() {
        return (int) getOrDefault(minNewTokens);
    }

    /** Value of {@link #minLength()}. */
    public final int getMinLength() {
        return (int) getOrDefault(minLength);
    }

    /** Value of {@link #doSample()}. */
    public final boolean getDoSample() {
        return (boolean) getOrDefault(doSample);
    }

    /** Value of {@link #temperature()}. */
    public final double getTemperature() {
        return (double) getOrDefault(temperature);
    }

    /** Value of {@link #topK()}. */
    public final int getTopK() {
        return (int) getOrDefault(topK);
    }

    /** Value of {@link #topP()}. */
    public final double getTopP() {
        return (double) getOrDefault(topP);
    }

    /** Value of {@link #minP()}. */
    public final double getMinP() {
        return (double) getOrDefault(minP);
    }

    /** Value of {@link #typicalP()}. */
    public final double getTypicalP() {
        return (double) getOrDefault(typicalP);
    }

    /** Value of {@link #repetitionPenalty()}. */
    public final double getRepetitionPenalty() {
        return (double) getOrDefault(repetitionPenalty);
    }

    /** Value of {@link #noRepeatNgramSize()}. */
    public final int getNoRepeatNgramSize() {
        return (int) getOrDefault(noRepeatNgramSize);
    }

    /** Value of {@link #badWordsIds()}. */
    public final String getBadWordsIds() {
        return getOrDefault(badWordsIds);
    }

    /** Value of {@link #eosTokenId()}. */
    public final int[] getEosTokenId() {
        return getOrDefault(eosTokenId);
    }

    /** Value of {@link #numBeams()}. */
    public final int getNumBeams() {
        return (int) getOrDefault(numBeams);
    }

    /** Value of {@link #lengthPenalty()}. */
    public final double getLengthPenalty() {
        return (double) getOrDefault(lengthPenalty);
    }

    /** Value of {@link #earlyStopping()}. */
    public final String getEarlyStopping() {
        return getOrDefault(earlyStopping);
    }

    /** Value of {@link #numReturnSequences()}. */
    public final int getNumReturnSequences() {
        return (int) getOrDefault(numReturnSequences);
    }

    /** Value of {@link #stop()}. */
    public final String[] getStop() {
        return getOrDefault(stop);
    }

    /** Value of {@link #prefix()}. */
    public final String getPrefix() {
        return getOrDefault(prefix);
    }

    /** The settings that are set. */
    final GenerationOptions generationOptions() {
        GenerationOptions options = GenerationOptions.none();
        for (Map.Entry<GenerationOption, Param<?>> entry : params.entrySet()) {
            if (isSet(entry.getValue())) {
                options = options.with(entry.getKey(), plain(getOrDefault(entry.getValue())));
            }
        }
        return options;
    }

    private IntParam integer(GenerationOption option, String name, String doc) {
        return known(option, new IntParam(this, name, doc, value -> isValid(option, value)));
    }

    private DoubleParam number(GenerationOption option, String name, String doc) {
        return known(option, new DoubleParam(this, name, doc, value -> isValid(option, value)));
    }

    private BooleanParam flag(GenerationOption option, String name, String doc) {
        return known(option, new BooleanParam(this, name, doc));
    }

    private Param<String> text(GenerationOption option, String name, String doc) {
        return known(option, new Param<>(this, name, doc, value -> isValid(option, value)));
    }

    private StringArrayParam texts(GenerationOption option, String name, String doc) {
        return known(option, new StringArrayParam(this, name, doc, value -> isValid(option, value)));
    }

    private IntArrayParam integers(GenerationOption option, String name, String doc) {
        return known(option, new IntArrayParam(this, name, doc, value -> isValid(option, value)));
    }

    private <P extends Param<?>> P known(GenerationOption option, P param) {
        params.put(option, param);
        return param;
    }

    /** Always true: a value that is not valid ends in an exception that says what it must be. */
    private static boolean isValid(GenerationOption option, Object value) {
        return !GenerationOptions.none().with(option, plain(value)).values().isEmpty();
    }

    private static Object plain(Object value) {
        if (value instanceof int[] ids) {
            return Arrays.stream(ids).boxed().toList();
        }
        return value instanceof String[] texts ? List.of(texts) : value;
    }
}
