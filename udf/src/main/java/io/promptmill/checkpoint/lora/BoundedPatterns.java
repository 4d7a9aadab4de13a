package io.promptmill.checkpoint.lora;

import io.promptmill.files.InvalidCheckpointException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The regular expressions of a field of a stranger's file: their length is limited, and so are the steps that all of them
 * together take. Single-threaded.
 */
final class BoundedPatterns {
    /** Less than a second; 200 patterns over 200 modules need a few million. */
    private static final long MAX_STEPS = 20_000_000;

    private final String file;
    private final String field;
    private final int maxChars;
    private long steps;

    /**
     * For one field.
     *
     * @param file named in refusals, as is the field
     * @param maxChars of an expression
     */
    BoundedPatterns(String file, String field, int maxChars) {
        this.file = file;
        this.field = field;
        this.maxChars = maxChars;
    }

    /** An expression between others that are ours. */
    Pattern compile(String before, String expression, String after) throws InvalidCheckpointException {
        if (expression.length() > maxChars) {
            throw refused("has the entry " + InvalidCheckpointException.quote(expression) + ", which is too long");
        }
        try {
            // Python's spelling of named groups.
            return Pattern.compile(before + expression.replace("(?P<", "(?<") + after);
        } catch (PatternSyntaxException e) {
            throw refused("has " + InvalidCheckpointException.quote(expression) + ", which is no regular expression");
        }
    }

    /** Whether an expression matches a beginning of the text, as Python's {@code re.match}. */
    boolean beginMatches(Pattern pattern, String text) throws InvalidCheckpointException {
        try {
            return pattern.matcher(new Counted(text)).lookingAt();
        } catch (TooManySteps | StackOverflowError e) {
            throw refused("takes more than " + MAX_STEPS + " steps to match");
        }
    }

    /** The refusal of the field. */
    InvalidCheckpointException refused(String what) {
        return InvalidCheckpointException.invalid(file, field + " " + what);
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
