package io.promptmill;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a prompt is continued: the settings of transformers' {@code GenerationConfig} that Promptmill knows, resolved.
 *
 * @param maxTokens limit on the length
 * @param minTokens end tokens are banned before this length
 * @param doSample draw tokens at random; otherwise greedy, or beam search where {@code numBeams} > 1
 * @param temperature logits are divided by it when sampling; 1 is off
 * @param topK keep the k most likely tokens when sampling; 0 is off
 * @param topP keep the smallest set of most likely tokens with at least this mass when sampling; 1 is off
 * @param minP remove tokens below this share of the likeliest one's probability when sampling; 0 is off
 * @param typicalP keep the most typical tokens with at least this mass when sampling; 1 is off
 * @param repetitionPenalty divides positive and multiplies negative scores of tokens seen before; 1 is off
 * @param noRepeatNgramSize no n-gram of this size occurs twice; 0 is off
 * @param badWordsIds token sequences that are never generated
 * @param eosTokenIds any of these ends a sequence
 * @param numBeams beams of beam search; 1 is no beam search
 * @param lengthPenalty exponent of the length by which a beam's score is divided
 * @param earlyStopping when beam search stops
 * @param numReturnSequences sequences per prompt
 * @param stop any of these strings ends a sequence
 * @param prefix text put before every prompt
 */
public record GenerationConfig(
        TokenLimit maxTokens,
        TokenLimit minTokens,
        boolean doSample,
        double temperature,
        int topK,
        double topP,
        double minP,
        double typicalP,
        double repetitionPenalty,
        int noRepeatNgramSize,
        List<TokenIds> badWordsIds,
        List<Integer> eosTokenIds,
        int numBeams,
        double lengthPenalty,
        EarlyStopping earlyStopping,
        int numReturnSequences,
        List<String> stop,
        String prefix)
        implements Serializable {

    /** New tokens when nothing says otherwise, as in transformers' {@code generate()}. */
    public static final int DEFAULT_MAX_NEW_TOKENS = 20;

    /** Tokens kept when sampling and nothing says otherwise, as in transformers' {@code generate()}. */
    public static final int DEFAULT_TOP_K = 50;

    private static final GenerationConfig DEFAULTS = resolve(List.of());

    public GenerationConfig {
        Objects.requireNonNull(maxTokens, "maxTokens");
        Objects.requireNonNull(minTokens, "minTokens");
        Objects.requireNonNull(earlyStopping, "earlyStopping");
        Objects.requireNonNull(prefix, "prefix");
        badWordsIds = List.copyOf(badWordsIds);
        eosTokenIds = List.copyOf(eosTokenIds);
        stop = List.copyOf(stop);
        if (doSample && numBeams > 1) {
            throw new InvalidSettingException(
                    "do_sample with num_beams " + numBeams
                            + " is beam sampling, which is not supported: set do_sample to false or num_beams to 1",
                    GenerationOption.DO_SAMPLE,
                    GenerationOption.NUM_BEAMS);
        }
        if (!doSample && numBeams == 1 && numReturnSequences > 1) {
            throw new InvalidSettingException(
                    "greedy search gives one sequence but num_return_sequences is " + numReturnSequences
                            + ": set do_sample to true, or num_beams to at least " + numReturnSequences,
                    GenerationOption.NUM_RETURN_SEQUENCES,
                    GenerationOption.NUM_BEAMS,
                    GenerationOption.DO_SAMPLE,
                    GenerationOption.TEMPERATURE);
        }
        if (numBeams > 1 && numReturnSequences > numBeams) {
            throw new InvalidSettingException(
                    "num_return_sequences " + numReturnSequences + " is more than num_beams " + numBeams
                            + ": raise num_beams or lower num_return_sequences",
                    GenerationOption.NUM_RETURN_SEQUENCES,
                    GenerationOption.NUM_BEAMS);
        }
    }

    /** The settings when nothing is said: greedy, 20 new tokens. */
    public static GenerationConfig defaults() {
        return DEFAULTS;
    }

    /** These settings with another limit of length. */
    public GenerationConfig withMaxTokens(TokenLimit limit) {
        return with(limit, numReturnSequences);
    }

    /** These settings with another number of sequences. */
    public GenerationConfig withNumReturnSequences(int number) {
        return with(maxTokens, number);
    }

    private GenerationConfig with(TokenLimit newMaxTokens, int newNumReturnSequences) {
        return new GenerationConfig(
                newMaxTokens,
                minTokens,
                doSample,
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                noRepeatNgramSize,
                badWordsIds,
                eosTokenIds,
                numBeams,
                lengthPenalty,
                earlyStopping,
                newNumReturnSequences,
                stop,
                prefix);
    }

    /**
     * Resolves the settings of several sources. As in transformers, what has no effect is not checked: neither a value that
     * a higher source overrides, nor one for sampling or for beams where there are none.
     *
     * <p>Temperature 0 is greedy search, whatever lower sources say of {@code do_sample}.
     *
     * @param sources highest precedence first; what no source sets is transformers' default
     * @throws InvalidSettingException when a setting cannot be used, or some contradict one another
     */
    public static GenerationConfig resolve(List<GenerationOptions> sources) {
        Sources set = new Sources(sources);
        boolean doSample = set.doSample();
        int numBeams = set.count(GenerationOption.NUM_BEAMS, 1);
        Sources sampling = doSample ? set : set.withoutFaults();
        Sources beams = numBeams > 1 ? set : set.withoutFaults();
        return new GenerationConfig(
                set.limit(
                        GenerationOption.MAX_NEW_TOKENS,
                        GenerationOption.MAX_LENGTH,
                        TokenLimit.ofNewTokens(DEFAULT_MAX_NEW_TOKENS)),
                set.limit(GenerationOption.MIN_NEW_TOKENS, GenerationOption.MIN_LENGTH, TokenLimit.ofNewTokens(0)),
                doSample,
                sampling.temperature(),
                sampling.count(GenerationOption.TOP_K, DEFAULT_TOP_K),
                sampling.number(GenerationOption.TOP_P, 1),
                sampling.number(GenerationOption.MIN_P, 0),
                sampling.number(GenerationOption.TYPICAL_P, 1),
                set.number(GenerationOption.REPETITION_PENALTY, 1),
                set.count(GenerationOption.NO_REPEAT_NGRAM_SIZE, 0),
                set.<TokenIds>list(GenerationOption.BAD_WORDS_IDS),
                set.<Integer>list(GenerationOption.EOS_TOKEN_ID),
                numBeams,
                beams.number(GenerationOption.LENGTH_PENALTY, 1),
                beams.find(GenerationOption.EARLY_STOPPING, EarlyStopping.class).orElse(EarlyStopping.FALSE),
                set.count(GenerationOption.NUM_RETURN_SEQUENCES, 1),
                set.<String>list(GenerationOption.STOP),
                set.find(GenerationOption.PREFIX, String.class).orElse(""));
    }

    /** Looks an option up from the highest source down. */
    private record Sources(List<GenerationOptions> sources) {
        <T> Optional<T> find(GenerationOption option, Class<T> type) {
            return sources.stream()
                    .flatMap(source -> source.find(option, type).stream())
                    .findFirst();
        }

        Sources withoutFaults() {
            return new Sources(
                    sources.stream().map(GenerationOptions::withoutFaults).toList());
        }

        /** Whether tokens are drawn: a temperature of 0 says no, against the sources below its own. */
        boolean doSample() {
            boolean warm = false; // by a source above
            for (GenerationOptions source : sources) {
                Optional<Boolean> said = source.find(GenerationOption.DO_SAMPLE, Boolean.class);
                if (said.isPresent()) {
                    return said.get() && requireWarm();
                }
                if (!warm && source.isGreedyByTemperature()) {
                    return false;
                }
                warm |= source.sets(GenerationOption.TEMPERATURE);
            }
            return false;
        }

        private boolean requireWarm() {
            if (number(GenerationOption.TEMPERATURE, 1) == 0) {
                throw new InvalidSettingException(
                        "temperature 0 is greedy search but do_sample is true: leave do_sample out, or set a temperature"
                                + " above 0",
                        GenerationOption.TEMPERATURE,
                        GenerationOption.DO_SAMPLE);
            }
            return true;
        }

        /** Not 0: the network divides by it, also where nothing is drawn. */
        double temperature() {
            double temperature = number(GenerationOption.TEMPERATURE, 1);
            return temperature == 0 ? 1 : temperature;
        }

        double number(GenerationOption option, double otherwise) {
            return find(option, Double.class).orElse(otherwise);
        }

        int count(GenerationOption option, int otherwise) {
            return find(option, Integer.class).orElse(otherwise);
        }

        @SuppressWarnings("unchecked") // the option's reader gave the list its element type
        <T> List<T> list(GenerationOption option) {
            return (List<T>) find(option, List.class).orElse(List.of());
        }

        /** The two forms are one setting: the higher source wins, within a source the form that counts new tokens. */
        TokenLimit limit(GenerationOption newTokens, GenerationOption length, TokenLimit otherwise) {
            for (GenerationOptions source : sources) {
                Optional<TokenLimit> limit = source.find(newTokens, Integer.class)
                        .map(TokenLimit::ofNewTokens)
                        .or(() -> source.find(length, Integer.class).map(TokenLimit::ofPromptAndNewTokens));
                if (limit.isPresent()) {
                    return limit.get();
                }
            }
            return otherwise;
        }
    }
}
