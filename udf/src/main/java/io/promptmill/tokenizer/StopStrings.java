package io.promptmill.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * Watches one growing sequence for stop strings, also across token borders and characters split over tokens. A token
 * costs the same whatever was before it: only its own text, and as much before it as a stop string may reach back, is
 * searched. A character whose bytes are not all there yet is no text yet. Single-threaded.
 */
public final class StopStrings {
    private final Tokenizer tokenizer;
    private final List<String> stop;
    private final int longest;
    private final Utf8Stream decoded = new Utf8Stream();
    private boolean matched;

    /**
     * A watch over a sequence that has no tokens yet.
     *
     * @param stop the strings to look for; with none nothing ever matches
     * @throws IllegalArgumentException when one of them is empty
     */
    public StopStrings(Tokenizer tokenizer, List<String> stop) {
        this.tokenizer = tokenizer;
        this.stop = List.copyOf(stop);
        if (this.stop.contains("")) {
            throw new IllegalArgumentException("A stop string must not be empty");
        }
        this.longest = this.stop.stream().mapToInt(String::length).max().orElse(0);
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
        Optional<Match> match = search(Math.max(0, before - longest + 1));
        matched = match.isPresent();
        return match;
    }

    private Optional<Match> search(int from) {
        StringBuilder text = decoded.text();
        String found = null;
        int position = -1;
        for (String candidate : stop) {
            int at = text.indexOf(candidate, from);
            boolean better = found == null || at < position || (at == position && candidate.length() > found.length());
            if (at >= 0 && better) {
                found = candidate;
                position = at;
            }
        }
        return found == null ? Optional.empty() : Optional.of(new Match(found, text.substring(0, position)));
    }

    /**
     * A stop string found.
     *
     * @param stop the string
     * @param text the sequence's text before it
     */
    public record Match(String stop, String text) {}
}
