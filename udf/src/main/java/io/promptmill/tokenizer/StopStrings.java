package io.promptmill.tokenizer;

import java.util.List;
import java.util.Optional;

/** Watches one growing sequence for stop strings, also across token borders. Single-threaded. */
public final class StopStrings {
    public StopStrings(Tokenizer tokenizer, List<String> stop) {
        throw new UnsupportedOperationException(stop.toString());
    }

    /** Adds the next token of the sequence; the match, if the text now contains a stop string. */
    public Optional<Match> append(int tokenId) {
        throw new UnsupportedOperationException(Integer.toString(tokenId));
    }

    /**
     * A stop string found.
     *
     * @param stop the string
     * @param text the sequence's text before it
     */
    public record Match(String stop, String text) {}
}
