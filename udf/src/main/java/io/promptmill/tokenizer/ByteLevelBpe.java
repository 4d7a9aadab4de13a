package io.promptmill.tokenizer;

import io.promptmill.Surrogates;
import io.promptmill.files.InvalidCheckpointException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A byte-level BPE tokenizer, the kind GPT-2 has, checked: {@link #checked} is the only way it is made.
 *
 * @param vocabulary the tokens by id, ascending; ids may be missing
 * @param merges pairs that become one token, the first ones first
 * @param addedTokens by id
 * @param addPrefixSpace text that does not begin with a space is given one
 * @param useRegex text is first split into words by GPT-2's pattern
 * @param ignoreMerges a word that is a token is not built from merges
 * @param warnings a sentence for each thing that is not as a file says
 */
record ByteLevelBpe(
        SortedMap<Integer, String> vocabulary,
        List<Merge> merges,
        List<AddedToken> addedTokens,
        boolean addPrefixSpace,
        boolean useRegex,
        boolean ignoreMerges,
        List<String> warnings) {
    static final int MAX_TOKENS = 1_000_000;
    static final int MAX_TOKEN_CHARACTERS = 4096;

    /** The native tokenizer takes seconds for these, and time by their square: 400,000 would keep it busy for ever. */
    static final int MAX_ADDED_TOKENS = 20_000;

    /** It takes about 70 bytes of memory for each of these. */
    static final int MAX_ADDED_CHARACTERS = 1 << 20;

    /** Two tokens whose texts joined are a third. */
    record Merge(String left, String right) {}

    /** The tokenizer, if its parts agree. */
    static ByteLevelBpe checked(BpeParts parts) throws InvalidCheckpointException {
        SortedMap<Integer, String> vocabulary = byId(parts.ids());
        AddedVocabulary added = new AddedVocabulary(parts.ids());
        parts.addedTokens().forEach(added::addAll);
        List<AddedToken> addedTokens = added.tokens();
        checkAdded(addedTokens);
        boolean hasHoles = vocabulary.lastKey() >= vocabulary.size();
        for (Map.Entry<String, Integer> token : added.ids().entrySet()) {
            String other = vocabulary.getOrDefault(token.getValue(), token.getKey());
            if (!other.equals(token.getKey())) {
                throw Refusal.broken(
                        "added token " + InvalidCheckpointException.quote(token.getKey()) + " gets id "
                                + token.getValue() + ", which token " + InvalidCheckpointException.quote(other)
                                + " has",
                        "new ids begin after the number of tokens in the vocabulary, which has gaps");
            }
        }
        if (hasHoles) {
            // The native tokenizer counts tokens to find an id, not holes: so it finds these as they are.
            for (AddedToken token : addedTokens) {
                requireOutOfReach(token, parts);
                vocabulary.put(token.id(), token.content());
            }
        }
        return new ByteLevelBpe(
                Collections.unmodifiableSortedMap(vocabulary),
                checkedMerges(parts),
                addedTokens,
                parts.addPrefixSpace(),
                parts.useRegex(),
                parts.ignoreMerges(),
                Stream.concat(parts.warnings().stream(), added.warnings().stream())
                        .toList());
    }

    /** A token that is put into the vocabulary must not become one that words are built of. */
    private static void requireOutOfReach(AddedToken token, BpeParts parts) throws InvalidCheckpointException {
        boolean isNew = !parts.ids().containsKey(token.content());
        if (isNew && (parts.ignoreMerges() || token.content().length() == 1)) {
            throw Refusal.broken(
                    "the vocabulary has gaps in its ids and lacks added token "
                            + InvalidCheckpointException.quote(token.content()),
                    "words might become that token");
        }
    }

    /** Highest id + 1. */
    int size() {
        int lastAdded = addedTokens.isEmpty()
                ? -1
                : addedTokens.get(addedTokens.size() - 1).id();
        return Math.max(vocabulary.lastKey(), lastAdded) + 1;
    }

    private static SortedMap<Integer, String> byId(Map<String, Integer> ids) throws InvalidCheckpointException {
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
        return tokens;
    }

    /** Of a merge that is there twice the later rank counts, as in the native tokenizer. */
    private static List<Merge> checkedMerges(BpeParts parts) throws InvalidCheckpointException {
        Map<String, Integer> ids = parts.ids();
        // Every merge makes a token, and in sound files no token is made by many.
        if (parts.merges().size() > MAX_TOKENS) {
            throw Refusal.broken(
                    "there are " + parts.merges().size() + " merges", "at most " + MAX_TOKENS + " are possible");
        }
        // By ids: merges whose texts a stranger chose to collide would make a set of them slow.
        Map<Long, Merge> checked = new LinkedHashMap<>();
        for (Merge merge : parts.merges()) {
            for (String part : List.of(merge.left(), merge.right(), merge.left() + merge.right())) {
                if (!ids.containsKey(part)) {
                    throw Refusal.broken(
                            "merge " + InvalidCheckpointException.quote(merge.left()) + " "
                                    + InvalidCheckpointException.quote(merge.right()) + " needs token "
                                    + InvalidCheckpointException.quote(part),
                            "the vocabulary does not have it");
                }
            }
            long pair = (long) ids.get(merge.left()) << Integer.SIZE | ids.get(merge.right());
            checked.remove(pair);
            checked.put(pair, merge);
        }
        return List.copyOf(checked.values());
    }

    private static void checkAdded(List<AddedToken> tokens) throws InvalidCheckpointException {
        int characters =
                tokens.stream().mapToInt(token -> token.content().length()).sum();
        if (tokens.size() > MAX_ADDED_TOKENS || characters > MAX_ADDED_CHARACTERS) {
            throw Refusal.broken(
                    "there are " + tokens.size() + " added tokens of " + characters + " characters",
                    "at most " + MAX_ADDED_TOKENS + " of " + MAX_ADDED_CHARACTERS + " together are possible");
        }
        for (AddedToken token : tokens) {
            checkToken(token.content(), token.id());
            if (token.id() >= MAX_TOKENS) {
                throw Refusal.broken(
                        "there are " + (token.id() + 1) + " tokens", "at most " + MAX_TOKENS + " are possible");
            }
        }
    }

    private static void checkToken(String token, int id) throws InvalidCheckpointException {
        if (token.isEmpty() || token.length() > MAX_TOKEN_CHARACTERS) {
            throw Refusal.broken(
                    "the token with id " + id + " has " + token.length() + " characters",
                    "1 to " + MAX_TOKEN_CHARACTERS + " are possible");
        }
        if (Surrogates.firstLone(token) >= 0) {
            throw Refusal.broken("the token with id " + id + " holds a lone surrogate", "that is no Unicode text");
        }
    }
}
