package io.promptmill.jobs.tokens;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text that is too long for one call of the tokenizer, which keeps a hundred bytes and more for each token: only in
 * front of a single space between letters or digits. There every pre-tokenizer of the kind that is supported begins a new
 * word, so that the tokens of the pieces are those of the whole, unless a token was added that has such a space in it.
 */
final class LongText {
    private static final int PIECE = 1 << 18;

    private LongText() {}

    /** The pieces in order; the whole where it is short, or has no such space. */
    static List<String> pieces(String text) {
        return pieces(text, PIECE);
    }

    static List<String> pieces(String text, int atLeast) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        for (int i = atLeast; i < text.length() - 1; i++) {
            if (i - start >= atLeast
                    && text.charAt(i) == ' '
                    && isWordCharacter(text.charAt(i - 1))
                    && isWordCharacter(text.charAt(i + 1))) {
                pieces.add(text.substring(start, i));
                start = i;
            }
        }
        pieces.add(text.substring(start));
        return pieces;
    }

    private static boolean isWordCharacter(char c) {
        return Character.isLetterOrDigit(c);
    }
}
