package io.promptmill.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Reads a row's {@code sampling_params}: a struct, a map of texts, or JSON text. */
final class SamplingParams {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The prefix is computed once for all rows. */
    private static final List<String> KEYS = Stream.of(GenerationOption.values())
            .filter(option -> option != GenerationOption.PREFIX)
            .map(GenerationOption::key)
            .toList();

    /** What can be a setting's name or value: nothing else of a row is quoted, it may be a prompt's text. */
    private static final Pattern WORD = Pattern.compile("[a-z0-9_-]{1,30}");

    private static final Pattern PLAIN_VALUE = Pattern.compile("[a-zA-Z]{1,10}|[-+0-9.eE,\\[\\]\\s]*");

    private SamplingParams() {}

    /**
     * The row's layer of settings; null values set nothing.
     *
     * @param value as Spark gives it, or null
     * @throws IllegalArgumentException saying which key is wrong
     */
    static GenerationOptions read(Object value) {
        GenerationOptions options = GenerationOptions.none();
        for (Map.Entry<String, Object> entry : entries(value).entrySet()) {
            if (entry.getValue() != null) {
                GenerationOption option = option(entry.getKey());
                if (options.values().containsKey(option)) {
                    throw new IllegalArgumentException("sampling_params sets " + option.key() + " twice");
                }
                options = options.with(option, plain(option, entry.getValue()));
            }
        }
        return options;
    }

    private static GenerationOption option(String key) {
        return GenerationOption.ofKey(key)
                .filter(option -> KEYS.contains(option.key()))
                .orElseThrow(() -> new IllegalArgumentException(
                        key.equals(GenerationOption.PREFIX.key())
                                ? "sampling_params sets prefix, which is one for all rows"
                                : "sampling_params has the unknown key " + quoted(key) + " (the nearest is "
                                        + InputColumns.nearest(key, KEYS) + ")"));
    }

    private static String quoted(String key) {
        return WORD.matcher(key).matches() ? key : "of " + key.length() + " characters";
    }

    private static Map<String, Object> entries(Object value) {
        Map<String, Object> entries = new LinkedHashMap<>();
        if (value instanceof Row struct) {
            for (String name : Arrays.asList(struct.schema().fieldNames())) {
                entries.put(name, struct.getAs(name));
            }
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            JavaConverters.mapAsJavaMap(map).forEach((key, text) -> entries.put((String) key, text));
        } else if (value instanceof String text) {
            entries.putAll(json(text));
        }
        return entries;
    }

    private static Map<String, Object> json(String text) {
        try {
            Map<String, Object> object = JSON.readValue(text, new TypeReference<>() {});
            return object == null ? Map.of() : object;
        } catch (JsonProcessingException e) {
            // The parser's own message quotes the text.
            throw new IllegalArgumentException(
                    "sampling_params is not a JSON object"
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ", column "
                                            + e.getLocation().getColumnNr() + ")"),
                    e);
        }
    }

    /** The value as JSON libraries give it, without nulls inside. */
    private static Object plain(GenerationOption option, Object value) {
        if (value == null) {
            throw new IllegalArgumentException("sampling_params sets " + option.key() + " to a list with a null in it");
        }
        if (value instanceof Seq<?> values) {
            return plain(option, JavaConverters.seqAsJavaList(values));
        }
        if (value instanceof List<?> values) {
            return values.stream().map(item -> plain(option, item)).toList();
        }
        if (value instanceof Map) {
            throw new IllegalArgumentException("sampling_params sets " + option.key() + " to an object");
        }
        if (value instanceof String text
                && option != GenerationOption.STOP
                && !PLAIN_VALUE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "sampling_params sets " + option.key() + " to a text of " + text.length() + " characters");
        }
        // A float's decimal text is what the user wrote: 0.9, not 0.8999999761581421.
        return value instanceof Float number ? Double.valueOf(number.toString()) : value;
    }
}
