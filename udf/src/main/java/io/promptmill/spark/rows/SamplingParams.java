package io.promptmill.spark.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.UnsupportedOptions;
import io.promptmill.spark.seam.ScalaCollections;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/**
 * Settings as they stand in a row's {@code sampling_params} or in a query: a struct, a map of texts, or JSON text.
 *
 * @param options the settings
 * @param seed the seed that is set among them
 */
public record SamplingParams(GenerationOptions options, OptionalLong seed) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String SEED = "seed";

    /** What messages about a row call its settings. */
    private static final String OF_ROW = "sampling_params";

    /** Names of vLLM and OpenAI, of settings that Hugging Face calls otherwise. */
    private static final Map<String, GenerationOption> ALIASES = Map.of(
            "max_tokens", GenerationOption.MAX_NEW_TOKENS,
            "min_tokens", GenerationOption.MIN_NEW_TOKENS,
            "n", GenerationOption.NUM_RETURN_SEQUENCES);

    /** Settings of vLLM, and those of transformers that only say what is returned, with the value that changes nothing. */
    private static final Map<String, Object> OTHERS_OFF = Map.ofEntries(
            Map.entry("allowed_token_ids", List.of()),
            Map.entry("bad_words", List.of()),
            Map.entry("best_of", 1),
            Map.entry("detokenize", true),
            Map.entry("frequency_penalty", 0),
            Map.entry("ignore_eos", false),
            Map.entry("include_stop_str_in_output", false),
            Map.entry("logit_bias", Map.of()),
            Map.entry("output_attentions", false),
            Map.entry("output_hidden_states", false),
            Map.entry("output_kind", 0),
            Map.entry("output_logits", false),
            Map.entry("output_scores", false),
            Map.entry("presence_penalty", 0),
            Map.entry("return_dict_in_generate", false),
            Map.entry("skip_special_tokens", true),
            Map.entry("spaces_between_special_tokens", true),
            Map.entry("stop_token_ids", List.of()),
            Map.entry("use_beam_search", false),
            Map.entry("use_cache", true));

    private static final Map<String, Object> OFF = Stream.concat(
                    UnsupportedOptions.OFF.entrySet().stream(), OTHERS_OFF.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** All but the prefix, which is computed once for all rows. */
    public static final List<String> KEYS = Stream.concat(
                    Stream.of(GenerationOption.values())
                            .filter(option -> option != GenerationOption.PREFIX)
                            .map(GenerationOption::key),
                    Stream.concat(Stream.of(SEED), ALIASES.keySet().stream().sorted()))
            .toList();

    /** What can be a setting's name or value: nothing else of a row is quoted, it may be a prompt's text. */
    private static final Pattern WORD = Pattern.compile("[a-z0-9_-]{1,30}");

    private static final int MAX_NUMBER_CHARACTERS = 40;

    private static final Pattern PLAIN_VALUE = Pattern.compile("[a-zA-Z]{1,10}|[-+0-9.eE,\\[\\]\\s]*");

    /**
     * The row's settings; null values set nothing.
     *
     * @param value as Spark gives it, or null
     * @throws IllegalArgumentException saying which key is wrong
     */
    static SamplingParams read(Object value) {
        return of(entries(value, OF_ROW), OF_ROW);
    }

    /**
     * These settings; null values set nothing.
     *
     * @param entries values as Spark or JSON libraries give them, by their keys
     * @param subject what messages call them
     * @throws IllegalArgumentException saying which key is wrong
     */
    public static SamplingParams of(Map<String, Object> entries, String subject) {
        GenerationOptions options = GenerationOptions.none();
        OptionalLong seed = OptionalLong.empty();
        Map<GenerationOption, String> names = new EnumMap<>(GenerationOption.class);
        for (Map.Entry<String, Object> entry : entries.entrySet()) {
            String key = entry.getKey();
            if (entry.getValue() == null) {
                continue;
            }
            if (OFF.containsKey(key)) {
                requireOff(key, entry.getValue(), subject);
                continue;
            }
            if (key.equals(SEED)) {
                seed = OptionalLong.of(seed(entry.getValue()));
                continue;
            }
            GenerationOption option = option(key, subject);
            String earlier = names.put(option, key);
            if (earlier != null) {
                throw new IllegalArgumentException(
                        subject + " sets " + option.key() + " twice, as " + earlier + " and as " + key);
            }
            options = options.with(option, plain(option, entry.getValue(), subject));
        }
        return new SamplingParams(options, seed);
    }

    /** Whether a row may set it, if only to the value that is its absence. */
    public static boolean isKey(String name) {
        return KEYS.contains(name) || OFF.containsKey(name);
    }

    private static GenerationOption option(String key, String subject) {
        return Optional.ofNullable(ALIASES.get(key))
                .or(() -> GenerationOption.ofKey(key))
                .filter(option -> option != GenerationOption.PREFIX)
                .orElseThrow(() -> new IllegalArgumentException(
                        key.equals(GenerationOption.PREFIX.key())
                                ? subject + " sets prefix, which is one for all rows"
                                : subject + " has the unknown key " + quoted(key)
                                        + NearestName.of(key, KEYS)
                                                .map(near -> " (the nearest is " + near + ")")
                                                .orElse("")));
    }

    private static void requireOff(String key, Object value, String subject) {
        Object off = OFF.get(key);
        boolean isOff = off instanceof Integer number
                ? number(value)
                        .filter(given -> given.compareTo(BigDecimal.valueOf(number)) == 0)
                        .isPresent()
                : withoutSpaces(off).equalsIgnoreCase(withoutSpaces(value));
        if (!isOff) {
            throw new IllegalArgumentException(
                    subject + " sets " + key + ", which is not supported and can only be off, that is " + off);
        }
    }

    /** What is empty, true or false is the same text in JSON, in a map of texts and as Spark has it. */
    private static String withoutSpaces(Object value) {
        if (value instanceof Seq<?> list) {
            return list.isEmpty() ? "[]" : "a list";
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            return map.isEmpty() ? "{}" : "a map";
        }
        return value.toString().replaceAll("\\s", "");
    }

    private static long seed(Object value) {
        try {
            return number(value).orElseThrow(ArithmeticException::new).longValueExact();
        } catch (ArithmeticException e) {
            // The value is not told: it may be a prompt's text.
            throw new IllegalArgumentException("seed must be a whole number between -2^63 and 2^63 - 1", e);
        }
    }

    /** Takes 5, 5.0 and "5" alike. */
    private static Optional<BigDecimal> number(Object value) {
        String text = value.toString().strip();
        try {
            return text.length() <= MAX_NUMBER_CHARACTERS ? Optional.of(new BigDecimal(text)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String quoted(String key) {
        return WORD.matcher(key).matches() ? key : "of " + key.length() + " characters";
    }

    /**
     * Settings by their keys; of a map of texts, a list of stop strings as a list.
     *
     * @param value a struct, a map or JSON text, as Spark gives it, or null
     * @param subject what messages call them
     * @throws IllegalArgumentException where a text is no JSON object
     */
    public static Map<String, Object> entries(Object value, String subject) {
        Map<String, Object> entries = new LinkedHashMap<>();
        if (value instanceof Row struct) {
            for (String name : Arrays.asList(struct.schema().fieldNames())) {
                entries.put(name, struct.getAs(name));
            }
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            ScalaCollections.javaMap(map)
                    .forEach((key, text) -> entries.put((String) key, stopOrText((String) key, text)));
        } else if (value instanceof String text) {
            entries.putAll(json(text, subject));
        }
        return entries;
    }

    /**
     * In a map of texts several stop strings are a JSON list; another text that begins with a bracket is one of them.
     *
     * @param key of the map
     * @param value of any type; what is no text of stop strings is given back
     */
    public static Object stopOrText(String key, Object value) {
        if (!(value instanceof String text)
                || !GenerationOption.ofKey(key).equals(Optional.of(GenerationOption.STOP))) {
            return value;
        }
        try {
            JsonNode list = JSON.readTree(text);
            boolean texts = list != null
                    && list.isArray()
                    && StreamSupport.stream(list.spliterator(), false).allMatch(JsonNode::isTextual);
            return texts ? JSON.convertValue(list, new TypeReference<List<String>>() {}) : text;
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static boolean isRepeatedKey(JsonProcessingException e) {
        return e.getOriginalMessage().startsWith("Duplicate field");
    }

    private static Map<String, Object> json(String text, String subject) {
        try {
            Map<String, Object> object = JSON.readValue(text, new TypeReference<>() {});
            return object == null ? Map.of() : object;
        } catch (JsonProcessingException e) {
            // The parser's own message quotes the text.
            throw new IllegalArgumentException(
                    subject
                            + (isRepeatedKey(e) ? " has a key twice" : " is not a JSON object")
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ", column "
                                            + e.getLocation().getColumnNr() + ")"),
                    e);
        }
    }

    /** The value as JSON libraries give it, without nulls inside. */
    private static Object plain(GenerationOption option, Object value, String subject) {
        if (value == null) {
            throw new IllegalArgumentException(subject + " sets " + option.key() + " to a list with a null in it");
        }
        if (value instanceof Seq<?> values) {
            return plain(option, ScalaCollections.javaList(values), subject);
        }
        if (value instanceof List<?> values) {
            return values.stream().map(item -> plain(option, item, subject)).toList();
        }
        if (value instanceof Map) {
            throw new IllegalArgumentException(subject + " sets " + option.key() + " to an object");
        }
        if (value instanceof String text
                && option != GenerationOption.STOP
                && !PLAIN_VALUE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    subject + " sets " + option.key() + " to a text of " + text.length() + " characters");
        }
        // A float's decimal text is what the user wrote: 0.9, not 0.8999999761581421.
        return value instanceof Float number ? Double.valueOf(number.toString()) : value;
    }
}
