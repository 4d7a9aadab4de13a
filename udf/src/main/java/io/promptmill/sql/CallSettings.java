package io.promptmill.sql;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.OptionWord;
import io.promptmill.UriKeys;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.rows.NearestName;
import io.promptmill.spark.rows.SamplingParams;
import io.promptmill.spark.rows.TokenLogprobs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the second argument of a call says: generation settings by their Hugging Face names, and those of {@link
 * io.promptmill.spark.TextGenerator} about the run. Immutable.
 *
 * @param options the generation settings
 * @param engine slots, seed and the like
 * @param logprobs whether sequences name the log-probability of every token
 * @param model the model's name, or empty where it is the session's
 * @param baseModel the name of an adapter's base, or empty where none is named
 * @param precision empty where it is the session's
 * @param device empty where it is the session's
 * @param shown all that is not about the model, as it was written, for the plan
 */
record CallSettings(
        GenerationOptions options,
        EngineSettings engine,
        TokenLogprobs logprobs,
        Optional<String> model,
        Optional<String> baseModel,
        Optional<RequestedPrecision> precision,
        Optional<RequestedDevice> device,
        String shown) {
    private static final String SLOTS = "slots";
    private static final String RETURN_FULL_TEXT = "return_full_text";
    private static final String ON_LONG_PROMPT = "on_long_prompt";
    private static final String LOGPROBS = "logprobs";
    private static final String MODEL = "model";
    private static final String BASE_MODEL = "base_model";
    private static final String PRECISION = "precision";
    private static final String DEVICE = "device";

    private static final Set<String> OF_MODEL = Set.of(MODEL, BASE_MODEL, PRECISION, DEVICE);

    /** Those that are no generation settings of a single row. */
    private static final List<String> OF_RUN = List.of(
            GenerationOption.PREFIX.key(),
            MODEL,
            BASE_MODEL,
            PRECISION,
            DEVICE,
            SLOTS,
            RETURN_FULL_TEXT,
            ON_LONG_PROMPT,
            LOGPROBS);

    /**
     * The settings of a call.
     *
     * @param constants values as Spark or JSON libraries give them, by their keys
     * @throws IllegalArgumentException saying what is wrong
     */
    static CallSettings of(GenerationFunction function, Map<String, Object> constants) {
        Map<String, Object> ofRun = new LinkedHashMap<>();
        Map<String, Object> sampling = new LinkedHashMap<>();
        constants.forEach((key, value) -> {
            requireKnown(key);
            (OF_RUN.contains(key) ? ofRun : sampling).put(key, value);
        });
        ofRun.values().removeIf(value -> value == null);
        SamplingParams params = SamplingParams.of(sampling, SettingsArgument.NAME);
        GenerationOptions options = ofRun.containsKey(GenerationOption.PREFIX.key())
                ? params.options().with(GenerationOption.PREFIX, ofRun.get(GenerationOption.PREFIX.key()))
                : params.options();
        return new CallSettings(
                function.returned() == GenerationFunction.Returned.TEXT ? ofOneText(function, options) : options,
                new EngineSettings(
                        slots(ofRun),
                        params.seed().orElse(EngineSettings.defaults().seed()),
                        word(LongPromptPolicy.class, ON_LONG_PROMPT, ofRun).orElse(LongPromptPolicy.REJECT),
                        flag(RETURN_FULL_TEXT, ofRun)
                                ? ReturnedText.PROMPT_AND_CONTINUATION
                                : ReturnedText.CONTINUATION),
                flag(LOGPROBS, ofRun) ? TokenLogprobs.INCLUDED : TokenLogprobs.OMITTED,
                name(MODEL, ofRun),
                name(BASE_MODEL, ofRun),
                word(RequestedPrecision.class, PRECISION, ofRun),
                word(RequestedDevice.class, DEVICE, ofRun),
                UriKeys.hide(shown(constants)));
    }

    private static void requireKnown(String key) {
        if (OF_RUN.contains(key) || SamplingParams.isKey(key)) {
            return;
        }
        List<String> known =
                Stream.concat(SamplingParams.KEYS.stream(), OF_RUN.stream()).toList();
        throw new IllegalArgumentException("there is no setting " + key
                + NearestName.of(key, known)
                        .map(near -> ", the nearest is " + near)
                        .orElse(", they are called as in Hugging Face's generation_config.json"));
    }

    /** Sequences are one, whatever the model's own settings say. */
    private static GenerationOptions ofOneText(GenerationFunction function, GenerationOptions options) {
        GenerationOption number = GenerationOption.NUM_RETURN_SEQUENCES;
        Object asked = options.values().getOrDefault(number, 1);
        if (!asked.equals(1)) {
            throw new IllegalArgumentException(number.key() + " is " + asked + ", but " + function.sqlName()
                    + " gives one text: use " + function.sqlName().replace("text", "sequences"));
        }
        return options.with(number, 1);
    }

    private static int slots(Map<String, Object> values) {
        Object value = values.getOrDefault(SLOTS, EngineSettings.DEFAULT_SLOTS);
        try {
            int slots = Integer.parseInt(value.toString().strip());
            if (slots >= 1) {
                return slots;
            }
        } catch (NumberFormatException e) {
            // told below, like a number below the range
        }
        throw new IllegalArgumentException(SLOTS + " must be a whole number of at least 1 but was " + value);
    }

    private static boolean flag(String key, Map<String, Object> values) {
        String value = values.getOrDefault(key, false).toString().toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(key + " must be true or false but was " + value);
        }
        return value.equals("true");
    }

    private static Optional<String> name(String key, Map<String, Object> values) {
        return Optional.ofNullable(values.get(key)).map(Object::toString);
    }

    private static <E extends Enum<E>> Optional<E> word(Class<E> type, String key, Map<String, Object> values) {
        return name(key, values).map(word -> OptionWord.require(type, key, word));
    }

    private static String shown(Map<String, Object> constants) {
        return constants.entrySet().stream()
                .filter(entry -> !OF_MODEL.contains(entry.getKey()))
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
