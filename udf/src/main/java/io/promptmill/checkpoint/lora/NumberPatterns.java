package io.promptmill.checkpoint.lora;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * The numbers in {@code alpha_pattern} or {@code rank_pattern} of an adapter. Each stands by a regular expression and holds
 * for the modules whose names end in a match of it; where several match, the first one counts (PEFT's
 * {@code get_pattern_key}). Single-threaded.
 */
final class NumberPatterns {
    private static final int MAX_PATTERNS = 1_000;
    private static final int MAX_CHARS = 200;

    private final BoundedPatterns patterns;
    private final Map<Pattern, Double> numbers = new LinkedHashMap<>();

    /**
     * The patterns of a field.
     *
     * @param field an object, or null or missing
     * @param name the field's, named in refusals as is the file
     */
    NumberPatterns(JsonNode field, String name, String file) throws InvalidCheckpointException {
        this.patterns = new BoundedPatterns(file, name, MAX_CHARS);
        if (field.size() > MAX_PATTERNS) {
            throw patterns.refused("has more than " + MAX_PATTERNS + " entries");
        }
        for (Map.Entry<String, JsonNode> entry : field.properties()) {
            String key = entry.getKey();
            if (key.length() > MAX_CHARS || !entry.getValue().isNumber()) {
                throw patterns.refused("has the entry " + InvalidCheckpointException.quote(key)
                        + ", which is too long or has no number");
            }
            numbers.put(
                    patterns.compile("(.*\\.)?(", key, ")$"), entry.getValue().doubleValue());
        }
    }

    /** The number for a module by its full name, such as {@code transformer.h.0.attn.c_attn}, if there is one. */
    OptionalDouble find(String module) throws InvalidCheckpointException {
        for (Map.Entry<Pattern, Double> number : numbers.entrySet()) {
            if (patterns.beginMatches(number.getKey(), module)) {
                return OptionalDouble.of(number.getValue());
            }
        }
        return OptionalDouble.empty();
    }
}
