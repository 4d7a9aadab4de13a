package io.promptmill.tokenizer;

/**
 * A text that is found as a whole before the rest is split, in the words of {@code tokenizer.json}.
 *
 * @param id its token id
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

    /** A special token such as {@code <|endoftext|>}, with transformers' flags. */
    static AddedToken special(int id, String content) {
        return new AddedToken(id, content, false, false, false, false, true);
    }

    /** A token a user added, with transformers' flags. */
    static AddedToken plain(int id, String content) {
        return new AddedToken(id, content, false, false, false, true, false);
    }
}
