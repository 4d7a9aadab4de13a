package io.promptmill.tokenizer;

import io.promptmill.Surrogates;
import io.promptmill.TokenIds;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Watches one growing sequence for stop strings, as {@code StopStringCriteria} of transformers does: in the bytes of all
 * tokens, prompt and special tokens included, a string is found with the token that holds its last byte. So it may span
 * tokens of any kind and characters split over them. Ids the tokenizer does not have interrupt every string. A token
 * costs the same whatever was before it. Single-threaded.
 */
public final class StopStrings {
    private final Tokenizer tokenizer;
    private final List<StopString> stop;
    /** For each string how many of its first bytes the sequence ends with. */
    private final int[] found;
    /** Bytes of the tokens after the prompt. */
    private long length;

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
        if (stop.contains("")) {
            throw new IllegalArgumentException("A stop string must not be empty");
        }
        this.tokenizer = tokenizer;
        // One that is no Unicode text is in none.
        this.stop = stop.stream()
                .filter(text -> Surrogates.firstLone(text) < 0)
                .map(StopString::new)
                .toList();
        this.found = new int[this.stop.size()];
        searchEndOf(prompt);
    }

    private StopStrings(StopStrings other) {
        this.tokenizer = other.tokenizer;
        this.stop = other.stop;
        this.found = other.found.clone();
        this.length = other.length;
    }

    /** A watch over the same sequence, which may go on in another way, even after a match. */
    public StopStrings copy() {
        return new StopStrings(this);
    }

    /** As much of a prompt as a stop string may reach back. */
    private void searchEndOf(TokenIds prompt) {
        int longest = stop.stream().mapToInt(StopString::length).max().orElse(0);
        int from = prompt.size();
        for (int bytes = 0; from > 0 && bytes < longest; ) {
            from--;
            bytes += tokenizer.bytes(prompt.at(from)).length;
        }
        for (int i = from; i < prompt.size(); i++) {
            search(tokenizer.bytes(prompt.at(i)));
        }
    }

    /**
     * Adds the next token of the sequence; the match, if a stop string ends in it. Of several the one that begins first
     * is taken, of those that begin together the longest.
     *
     * @throws IllegalStateException after a match, with which the sequence has ended
     */
    public Optional<StopMatch> append(int tokenId) {
        if (matched) {
            throw new IllegalStateException("The sequence ended with a stop string, no token can follow");
        }
        if (stop.isEmpty()) {
            return Optional.empty();
        }
        byte[] token = tokenizer.bytes(tokenId);
        StopMatch match = search(token);
        length += token.length;
        matched = match != null;
        return Optional.ofNullable(match);
    }

    private StopMatch search(byte[] token) {
        if (token.length == 0) {
            Arrays.fill(found, 0);
        }
        StopMatch best = null;
        for (int i = 0; i < found.length; i++) {
            StopString candidate = stop.get(i);
            boolean complete = false;
            for (int b = 0; b < token.length; b++) {
                found[i] = candidate.next(found[i], token[b]);
                // It may be there again; the first one begins first.
                if (found[i] == candidate.length() && !complete) {
                    complete = true;
                    StopMatch match = new StopMatch(candidate.text(), length + b + 1 - candidate.length());
                    best = best == null || match.isBefore(best) ? match : best;
                }
            }
        }
        return best;
    }
}
