package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import io.promptmill.Surrogates;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tokens of a model and their ids, within bounds, each of both only once; ids may be missing. Immutable. */
public final class Vocabulary {
    static final int MAX_TOKENS = 1_000_000;
    static final int MAX_TOKEN_CHARACTERS = 4096;

    private final Map<String, Integer> ids;
    private final SortedMap<Integer, String> tokens;

    private Vocabulary(Map<String, Integer> ids, SortedMap<Integer, String> tokens) {
        this.ids = ids;
        this.tokens = tokens;
    }

    /** The ids by token that an object holds, {@code vocab.json} or a part of {@code tokenizer.json}; not yet checked. */
    static Map<String, Integer> ids(JsonObject object) throws InvalidCheckpointException {
        Map<String, Integer> ids = new HashMap<>();
        for (Iterator<String> names = object.names(); names.hasNext(); ) {
            String token = names.next();
            ids.put(token, object.id(token));
        }
        return ids;
    }

    /** The vocabulary, if its ids by token are sound. */
    static Vocabulary checked(Map<String, Integer> ids) throws InvalidCheckpointException {
        if (ids.isEmpty() || ids.size() > MAX_TOKENS) {
            throw Refusal.broken(
                    "the vocabulary has " + ids.size() + " tokens", "1 to " + MAX_TOKENS + " are possible");
        }
        SortedMap<Integer, String> tokens = new TreeMap<>();
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            String token = entry.getKey();
            int id = entry.getValue();
            checkToken(token, id);
            if (id < 0 || id >= MAX_TOKENS) {
                throw Refusal.broken(
                        "token " + InvalidCheckpointException.quote(token) + " has id " + id,
                        "ids are 0 to " + (MAX_TOKENS - 1));
            }
            String other = tokens.put(id, token);
            if (other != null) {
                throw Refusal.broken(
                        "tokens " + InvalidCheckpointException.quote(other) + " and "
                                + InvalidCheckpointException.quote(token) + " both have id " + id,
                        "an id belongs to one token");
            }
        }
        return new Vocabulary(ids, tokens);
    }

    /** Refuses a token that is empty, too long or no Unicode text. */
    static void checkToken(String token, int id) throws InvalidCheckpointException {
        if (token.isEmpty() || token.length() > MAX_TOKEN_CHARACTERS) {
            throw Refusal.broken(
                    "the token with id " + id + " has " + token.length() + " characters",
                    "1 to " + MAX_TOKEN_CHARACTERS + " are possible");
        }
        if (Surrogates.firstLone(token) >= 0) {
            throw Refusal.broken("the token with id " + id + " holds a lone surrogate", "that is no Unicode text");
        }
    }

    /** This vocabulary and more tokens, whose ids it does not have or has for the same tokens. */
    Vocabulary with(List<AddedToken> more) {
        Map<String, Integer> allIds = new HashMap<>(ids);
        SortedMap<Integer, String> allTokens = new TreeMap<>(tokens);
        for (AddedToken token : more) {
            allIds.put(token.content(), token.id());
            allTokens.put(token.id(), token.content());
        }
        return new Vocabulary(allIds, allTokens);
    }

    /** The tokens by id, ascending. */
    public SortedMap<Integer, String> tokens() {
        return Collections.unmodifiableSortedMap(tokens);
    }

    /** The id of a token, or null where it is none. */
    Integer id(String token) {
        return ids.get(token);
    }

    /** Number of tokens. */
    int size() {
        return tokens.size();
    }

    /** Highest id. */
    int lastId() {
        return tokens.lastKey();
    }

    /** Whether an id below the highest is missing. */
    boolean hasGaps() {
        return lastId() >= size();
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (Map.Entry<Integer, String> token : tokens.entrySet()) {
            json.writeNumberField(token.getValue(), token.getKey());
        }
        json.writeEndObject();
    }
}
