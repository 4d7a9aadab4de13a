package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.io.IOException;
import java.util.Set;

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
public record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized,
        boolean special) {
    /** The id of a token whose id is not known yet. */
    public static final int NO_ID = -1;

    /** The field that holds the text. */
    public static final String CONTENT = "content";

    /** The field that says whether the token is special. */
    public static final String SPECIAL = "special";

    static final String ID = "id";
    private static final String SINGLE_WORD = "single_word";
    private static final String LSTRIP = "lstrip";
    private static final String RSTRIP = "rstrip";
    private static final String NORMALIZED = "normalized";

    /** Those of an object that holds one. */
    static final Set<String> FIELDS = Set.of(ID, CONTENT, SINGLE_WORD, LSTRIP, RSTRIP, NORMALIZED, SPECIAL);

    /** A special token such as {@code <|endoftext|>}, with transformers' flags. */
    public static AddedToken special(int id, String content) {
        return new AddedToken(id, content, false, false, false, false, true);
    }

    /** A token a user added, with transformers' flags. */
    public static AddedToken plain(int id, String content) {
        return new AddedToken(id, content, false, false, false, true, false);
    }

    /** The token whose text and flags an object holds. */
    public static AddedToken read(JsonObject token, int id) throws InvalidCheckpointException {
        return read(token, id, token.flag(SPECIAL, false));
    }

    /** The special token whose text and other flags an object holds. */
    public static AddedToken readSpecial(JsonObject token, int id) throws InvalidCheckpointException {
        return read(token, id, true);
    }

    private static AddedToken read(JsonObject token, int id, boolean special) throws InvalidCheckpointException {
        return new AddedToken(
                id,
                token.text(CONTENT),
                token.flag(SINGLE_WORD, false),
                token.flag(LSTRIP, false),
                token.flag(RSTRIP, false),
                token.flag(NORMALIZED, !special),
                special);
    }

    AddedToken withId(int other) {
        return new AddedToken(other, content, singleWord, lstrip, rstrip, normalized, special);
    }

    /** This token with the flag of special ones. */
    public AddedToken asSpecial() {
        return new AddedToken(id, content, singleWord, lstrip, rstrip, normalized, true);
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField(ID, id);
        json.writeStringField(CONTENT, content);
        json.writeBooleanField(SINGLE_WORD, singleWord);
        json.writeBooleanField(LSTRIP, lstrip);
        json.writeBooleanField(RSTRIP, rstrip);
        json.writeBooleanField(NORMALIZED, normalized);
        json.writeBooleanField(SPECIAL, special);
        json.writeEndObject();
    }
}
