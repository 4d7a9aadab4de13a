package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Added tokens with the ids that {@code AddedVocabulary} of the tokenizers library gives them: a token of the vocabulary
 * keeps its id, any other gets the next one, whatever a file says. Single-threaded.
 */
final class AddedVocabulary {
    /** The native tokenizer takes seconds for these, and time by their square: 400,000 would keep it busy for ever. */
    static final int MAX_TOKENS = 20_000;

    /** It takes about 70 bytes of memory for each of these. */
    static final int MAX_CHARACTERS = 1 << 20;

    private static final int MAX_WARNINGS = 5;

    private final Vocabulary vocabulary;
    private final Map<String, Integer> ids = new HashMap<>();
    private final TreeMap<Integer, AddedToken> tokens = new TreeMap<>();
    /** By token. */
    private final Map<String, String> warnings = new LinkedHashMap<>();

    /** One without tokens beside a vocabulary. */
    AddedVocabulary(Vocabulary vocabulary) {
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
            Integer id = ids.getOrDefault(token.content(), vocabulary.id(token.content()));
            if (id == null) {
                id = next++;
            }
            warn(token, id);
            AddedToken before = tokens.get(id);
            AddedToken added = token.withId(id);
            ids.put(token.content(), id);
            tokens.put(id, before != null && before.special() ? added.asSpecial() : added);
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

    /**
     * The tokens by id.
     *
     * @throws InvalidCheckpointException when there are too many of them, or one has the id of another token
     */
    List<AddedToken> checked() throws InvalidCheckpointException {
        checkSizes();
        for (Map.Entry<String, Integer> token : ids.entrySet()) {
            String other = vocabulary.tokens().getOrDefault(token.getValue(), token.getKey());
            if (!other.equals(token.getKey())) {
                throw Refusal.broken(
                        "added token " + InvalidCheckpointException.quote(token.getKey()) + " gets id "
                                + token.getValue() + ", which token " + InvalidCheckpointException.quote(other)
                                + " has",
                        "new ids begin after the number of tokens in the vocabulary, which has gaps");
            }
        }
        return List.copyOf(tokens.values());
    }

    private void checkSizes() throws InvalidCheckpointException {
        int characters = tokens.values().stream()
                .mapToInt(token -> token.content().length())
                .sum();
        if (tokens.size() > MAX_TOKENS || characters > MAX_CHARACTERS) {
            throw Refusal.broken(
                    "there are " + tokens.size() + " added tokens of " + characters + " characters",
                    "at most " + MAX_TOKENS + " of " + MAX_CHARACTERS + " together are possible");
        }
        for (AddedToken token : tokens.values()) {
            Vocabulary.checkToken(token.content(), token.id());
            if (token.id() >= Vocabulary.MAX_TOKENS) {
                throw Refusal.broken(
                        "there are " + (token.id() + 1) + " tokens",
                        "at most " + Vocabulary.MAX_TOKENS + " are possible");
            }
        }
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
