package io.promptmill.tokenizer;

/**
 * A stop string that was found in a growing sequence.
 *
 * @param stop the string
 * @param position bytes of the tokens between the prompt and the string; less than 0 where it begins in the prompt
 */
public record StopMatch(String stop, long position) {
    /** Whether it counts rather than another one that ends with the same token: it begins first, or is the longer one. */
    boolean isBefore(StopMatch other) {
        return position < other.position || (position == other.position && stop.length() > other.stop.length());
    }
}
