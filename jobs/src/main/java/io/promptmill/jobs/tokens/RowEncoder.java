package io.promptmill.jobs.tokens;

import io.promptmill.TokenIds;
import io.promptmill.jobs.store.Json;
import io.promptmill.spark.executor.LocalDirectory;
import io.promptmill.spark.executor.NativeSettings;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Makes token ids of the values of a column; travels with tasks. A value that cannot be used is a row with its fault. */
public interface RowEncoder extends Serializable {
    /** Opens what a task needs; closed by the task. */
    Opened open();

    /** An encoder at work. Single-threaded. */
    interface Opened extends AutoCloseable {
        /** The row of a value, which is null where the column is. */
        TokenRow encode(String place, String value);

        @Override
        void close();
    }

    /**
     * Texts.
     *
     * @param definition of the tokenizer
     * @param vocabulary token ids of the model are below this
     */
    record OfTexts(TokenizerDefinition definition, int vocabulary) implements RowEncoder {
        @Override
        public Opened open() {
            NativeSettings.apply(LocalDirectory.path());
            Tokenizer tokenizer = new Tokenizer(definition);
            return new Opened() {
                @Override
                public TokenRow encode(String place, String value) {
                    if (value == null) {
                        return TokenRow.faulty(place, "the text is null");
                    }
                    if (value.isBlank()) {
                        return TokenRow.faulty(place, "the text is empty");
                    }
                    TokenIds ids = TokenIds.of();
                    for (String piece : LongText.pieces(value)) {
                        ids = ids.concat(tokenizer.encode(piece));
                    }
                    return checked(place, ids, vocabulary);
                }

                @Override
                public void close() {
                    tokenizer.close();
                }
            };
        }
    }

    /**
     * Lists of token ids as JSON.
     *
     * @param vocabulary token ids of the model are below this
     */
    record OfTokenIds(int vocabulary) implements RowEncoder {
        @Override
        public Opened open() {
            return new Opened() {
                @Override
                public TokenRow encode(String place, String value) {
                    if (value == null) {
                        return TokenRow.faulty(place, "input_ids is null");
                    }
                    try {
                        Integer[] ids = Json.read(value.getBytes(StandardCharsets.UTF_8), Integer[].class);
                        int[] whole = new int[ids.length];
                        for (int i = 0; i < ids.length; i++) {
                            if (ids[i] == null) {
                                return TokenRow.faulty(place, "input_ids holds null at index " + i);
                            }
                            whole[i] = ids[i];
                        }
                        return whole.length < 2
                                ? TokenRow.faulty(place, "input_ids has fewer than two tokens")
                                : checked(place, TokenIds.of(whole), vocabulary);
                    } catch (IOException e) {
                        return TokenRow.faulty(place, "input_ids is no list of whole numbers");
                    }
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }
    }

    private static TokenRow checked(String place, TokenIds ids, int vocabulary) {
        OptionalInt unknown =
                ids.stream().filter(id -> id < 0 || id >= vocabulary).findFirst();
        return unknown.isEmpty()
                ? TokenRow.of(place, ids)
                : TokenRow.faulty(
                        place,
                        "the token id " + unknown.getAsInt() + " is not one of the model's, 0 to " + (vocabulary - 1));
    }
}
