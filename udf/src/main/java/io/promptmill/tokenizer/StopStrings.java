package io.promptmill.tokenizer;

import io.promptmill.TokenIds;
import java.util.List;
import java.util.Optional;

/**
 * Watches one growing sequence for stop strings, also across token borders and characters split over tokens. A token
 * costs the same whatever was before it: only its own text, and as much before it as a stop string may reach back, is
 * searched. A character whose bytes are not all there yet is no text yet. Single-threaded.
 */
public final class StopStrings {
    /** UTF-8 of one {@code char}; a pair of them, a surrogate pair, has four. */
    private static final int MOST_BYTES = 3;

    private final Tokenizer tokenizer;
    private final List<String> stop;
    private final int longest;
    private final Utf8Stream decoded = new Utf8Stream();
    private final int start;
    private boolean matched;

    /**
     * A watch over a sequence that has only its prompt yet. As in transformers, a stop string may begin in the prompt;
     * one that ends there is none.
     *
     * @param stop the strings to look for; with none nothing ever matches
     * @param prompt may be empty
     * @throws IllegalArgumentException when one of the strings is empty
     */
    public StopStrings(Tokenizer tokenizer, List<String> stop, TokenIds prompt) {
        this.tokenizer = tokenizer;
        this.stop = List.copyOf(stop);
        if (this.stop.contains("")) {
            throw new IllegalArgumentException("A stop string must not be empty");
        }
        this.longest = this.stop.stream().mapToInt(String::length).max().orElse(0);
        appendEndOf(prompt);
        this.start = decoded.text().length();
    }

    /** As much of a prompt as a stop string may reach back; its first character may be a broken one. */
    private void appendEndOf(TokenIds prompt) {
        int from = prompt.size();
        int bytes = 0;
        while (from > 0 && bytes < MOST_BYTES * (longest + 1)) {
            from--;
            bytes += tokenizer.bytes(prompt.at(from)).length;
        }
        for (int i = from; i < prompt.size(); i++) {
            decoded.append(tokenizer.bytes(prompt.at(i)));
        }
    }

    /**
     * Adds the next token of the sequence; the match, if the text now contains a stop string. Of several the one that
     * begins first is taken, of those that begin together the longest.
     *
     * @throws IllegalStateException after a match, with which the sequence has ended
     */
    public Optional<Match> append(int tokenId) {
        if (matched) {
            throw new IllegalStateException("The sequence ended with a stop string, no token can follow");
        }
        if (stop.isEmpty()) {
            return Optional.empty();
        }
        int before = decoded.text().length();
        decoded.append(tokenizer.bytes(tokenId));
        if (decoded.text().length() == before) {
            return Optional.empty();
        }
        Optional<Match> match = search(before);
        matched = match.isPresent();
        return match;
    }

    /** Looks for stop strings that end after the text's first {@code before} characters. */
    private Optional<Match> search(int before) {
        StringBuilder text = decoded.text();
        String found = null;
        int position = -1;
        for (String candidate : stop) {
            int at = text.indexOf(candidate, Math.max(0, before - candidate.length() + 1));
            boolean better = found == null || at < position || (at == position && candidate.length() > found.length());
            if (at >= 0 && better) {
                found = candidate;
                position = at;
            }
        }
        return found == null
                ? Optional.empty()
                : Optional.of(new Match(found, text.substring(start, Math.max(start, position))));
    }

    /**
     * A stop string found.
     *
     * @param stop the string
     * @param text the text after the prompt and before the string
     */
    public record Match(String stop, String text) {}
}
