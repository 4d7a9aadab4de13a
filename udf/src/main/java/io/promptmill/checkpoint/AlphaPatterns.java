package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code alpha_pattern} of an adapter: a number for the modules whose name ends in what a regular expression matches, the
 * first one that does (PEFT's {@code get_pattern_key}). The expressions are a stranger's, so their steps are counted.
 * Single-threaded.
 */
final class AlphaPatterns {
    private static final String FIELD = "alpha_pattern";
    private static final int MAX_PATTERNS = 1_000;
    private static final int MAX_CHARS = 200;

    /** Less than a second; 200 patterns over 200 modules need a few million. */
    private static final long MAX_STEPS = 20_000_000;

    private final String file;
    private final Map<Pattern, Double> alphas = new LinkedHashMap<>();
    private long steps;

    /**
     * The patterns of a field.
     *
     * @param field an object, or null or missing
     * @param file named in refusals
     */
    AlphaPatterns(JsonNode field, String file) throws InvalidCheckpointException {
        this.file = file;
        if (field.size() > MAX_PATTERNS) {
            throw refused("has more than " + MAX_PATTERNS + " entries");
        }
        for (Map.Entry<String, JsonNode> entry : field.properties()) {
            String key = entry.getKey();
            if (key.length() > MAX_CHARS || !entry.getValue().isNumber()) {
                throw refused("has the entry " + InvalidCheckpointException.quote(key)
                        + ", which is too long or has no number");
            }
            try {
                alphas.put(
                        Pattern.compile("(.*\\.)?(" + key + ")$"),
                        entry.getValue().doubleValue());
            } catch (PatternSyntaxException e) {
                throw refused("has " + InvalidCheckpointException.quote(key) + ", which is no regular expression");
            }
        }
    }

    /** The number for a module by its full name, such as {@code transformer.h.0.attn.c_attn}, if there is one. */
    OptionalDouble find(String module) throws InvalidCheckpointException {
        try {
            for (Map.Entry<Pattern, Double> alpha : alphas.entrySet()) {
                if (alpha.getKey().matcher(new Counted(module)).lookingAt()) {
                    return OptionalDouble.of(alpha.getValue());
                }
            }
        } catch (TooManySteps e) {
            throw refused("takes more than " + MAX_STEPS + " steps to match");
        }
        return OptionalDouble.empty();
    }

    private InvalidCheckpointException refused(String what) {
        return InvalidCheckpointException.damaged(file, FIELD + " " + what);
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A text that counts how often a character of it is looked at. */
    private final class Counted implements CharSequence {
        private final String text;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }
    }
}
