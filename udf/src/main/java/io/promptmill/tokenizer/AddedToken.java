package io.promptmill.tokenizer;

/**
 * A text that is found as a whole before the rest is split, in the words of {@code tokenizer.json}.
 *
 * @param id its token id, or {@link #NO_ID} where none is known yet
 * @param content the text
 * @param singleWord found only between word borders
 * @param lstrip takes the white space before it along
 * @param rstrip takes the white space after it along
 * @param normalized searched after those that are not
 * @param special left out of decoded text
 */
record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized,
        boolean special) {
    static final int NO_ID = -1;

    /** A special token such as {@code <|endoftext|>}, with transformers' flags. */
    static AddedToken special(int id, String content) {
        return new AddedToken(id, content, false, false, false, false, true);
    }

    /** A token a user added, with transformers' flags. */
    static AddedToken plain(int id, String content) {
        return new AddedToken(id, content, false, false, false, true, false);
    }

    AddedToken withId(int other) {
        return new AddedToken(other, content, singleWord, lstrip, rstrip, normalized, special);
    }

    AddedToken withSpecial(boolean flag) {
        return new AddedToken(id, content, singleWord, lstrip, rstrip, normalized, flag);
    }
}
