package io.promptmill.tokenizer;

import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Added tokens and their ids, as {@code AddedVocabulary} of the tokenizers library gives them: that of the vocabulary, or
 * else the next one, whatever a file says. Single-threaded.
 */
final class AddedVocabulary {
    private static final int MAX_WARNINGS = 5;

    private final Map<String, Integer> vocabulary;
    private final Map<String, Integer> ids = new HashMap<>();
    private final TreeMap<Integer, AddedToken> tokens = new TreeMap<>();
    /** By token. */
    private final Map<String, String> warnings = new LinkedHashMap<>();

    /** One without tokens beside a vocabulary, token to id. */
    AddedVocabulary(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * Adds tokens in their order; where one is there already, its flags change, but what was special stays so. New ones
     * have the ids after the highest of an added token, or where the vocabulary ends by its number of tokens.
     */
    void addAll(List<AddedToken> others) {
        int next = Math.max(tokens.isEmpty() ? 0 : tokens.lastKey() + 1, vocabulary.size());
        for (AddedToken token : others) {
            // The library passes over it, too.
            if (token.content().isEmpty()) {
                continue;
            }
            Integer id = ids.getOrDefault(token.content(), vocabulary.get(token.content()));
            if (id == null) {
                id = next++;
            }
            warn(token, id);
            AddedToken before = tokens.get(id);
            boolean special = token.special() || (before != null && before.special());
            ids.put(token.content(), id);
            tokens.put(id, token.withId(id).withSpecial(special));
        }
    }

    private void warn(AddedToken token, int id) {
        if (token.id() != AddedToken.NO_ID && token.id() != id) {
            warnings.put(
                    token.content(),
                    "added token " + InvalidCheckpointException.quote(token.content()) + " is said to have id "
                            + token.id() + " but gets " + id
                            + ", as in transformers: that of the vocabulary, or else the next");
        }
    }

    /** Text to id. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** The tokens by id. */
    List<AddedToken> tokens() {
        return List.copyOf(tokens.values());
    }

    /** A sentence for each of the first tokens that do not have the id that a file says. */
    List<String> warnings() {
        List<String> first =
                new ArrayList<>(warnings.values().stream().limit(MAX_WARNINGS).toList());
        if (warnings.size() > MAX_WARNINGS) {
            first.add("and " + (warnings.size() - MAX_WARNINGS) + " more added tokens have other ids");
        }
        return first;
    }
}
