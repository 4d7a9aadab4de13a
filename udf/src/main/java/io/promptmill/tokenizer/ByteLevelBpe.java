package io.promptmill.tokenizer;

import io.promptmill.checkpoint.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A byte-level BPE tokenizer, the kind GPT-2 has, checked: {@link #checked} and {@link #with} are the only ways it is made.
 *
 * @param vocabulary the tokens by id
 * @param merges pairs that become one token, the first ones first
 * @param addedTokens by id; those not in the vocabulary have the ids after it
 * @param addPrefixSpace text that does not begin with a space is given one
 * @param useRegex text is first split into words by GPT-2's pattern
 * @param ignoreMerges a word that is a token is not built from merges
 */
record ByteLevelBpe(
        List<String> vocabulary,
        List<Merge> merges,
        List<AddedToken> addedTokens,
        boolean addPrefixSpace,
        boolean useRegex,
        boolean ignoreMerges) {
    static final int MAX_TOKENS = 1_000_000;
    static final int MAX_TOKEN_CHARACTERS = 4096;

    /** The native tokenizer takes seconds for these, and time by their square: 400,000 would keep it busy for ever. */
    static final int MAX_ADDED_TOKENS = 20_000;

    /** It takes about 70 bytes of memory for each of these. */
    static final int MAX_ADDED_CHARACTERS = 1 << 20;

    /** Two tokens whose texts joined are a third. */
    record Merge(String left, String right) {}

    /**
     * The tokenizer, if its parts agree.
     *
     * @param ids token to id, in any order
     * @param addedTokens in any order
     */
    static ByteLevelBpe checked(
            Map<String, Integer> ids,
            List<Merge> merges,
            List<AddedToken> addedTokens,
            boolean addPrefixSpace,
            boolean useRegex,
            boolean ignoreMerges)
            throws InvalidCheckpointException {
        List<String> vocabulary = byId(ids);
        checkMerges(ids, merges);
        return new ByteLevelBpe(
                vocabulary,
                List.copyOf(merges),
                checkedTokens(ids, addedTokens),
                addPrefixSpace,
                useRegex,
                ignoreMerges);
    }

    /**
     * This tokenizer with other added tokens, if they agree with it.
     *
     * @param ids {@link #ids()}
     * @param others in any order
     */
    ByteLevelBpe with(Map<String, Integer> ids, List<AddedToken> others, boolean prefixSpace)
            throws InvalidCheckpointException {
        return new ByteLevelBpe(vocabulary, merges, checkedTokens(ids, others), prefixSpace, useRegex, ignoreMerges);
    }

    /** Highest id + 1. */
    int size() {
        int afterAdded = addedTokens.isEmpty()
                ? 0
                : addedTokens.get(addedTokens.size() - 1).id() + 1;
        return Math.max(vocabulary.size(), afterAdded);
    }

    /** Token to id, without the added tokens. */
    Map<String, Integer> ids() {
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            ids.put(vocabulary.get(id), id);
        }
        return ids;
    }

    private static List<String> byId(Map<String, Integer> ids) throws InvalidCheckpointException {
        if (ids.isEmpty() || ids.size() > MAX_TOKENS) {
            throw Refusal.broken(
                    "the vocabulary has " + ids.size() + " tokens", "1 to " + MAX_TOKENS + " are possible");
        }
        String[] tokens = new String[ids.size()];
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            String token = entry.getKey();
            int id = entry.getValue();
            checkToken(token, id);
            if (id < 0 || id >= tokens.length) {
                throw Refusal.broken(
                        "token " + InvalidCheckpointException.quote(token) + " has id " + id,
                        "the ids of a vocabulary of " + tokens.length + " tokens are 0 to " + (tokens.length - 1)
                                + " without gaps");
            }
            if (tokens[id] != null) {
                throw Refusal.broken(
                        "tokens " + InvalidCheckpointException.quote(tokens[id]) + " and "
                                + InvalidCheckpointException.quote(token) + " both have id " + id,
                        "an id belongs to one token");
            }
            tokens[id] = token;
        }
        return List.of(tokens);
    }

    private static void checkMerges(Map<String, Integer> ids, List<Merge> merges) throws InvalidCheckpointException {
        // Every merge makes a token, and in sound files no token is made by many.
        if (merges.size() > MAX_TOKENS) {
            throw Refusal.broken("there are " + merges.size() + " merges", "at most " + MAX_TOKENS + " are possible");
        }
        // By ids: merges whose texts a stranger chose to collide would make a set of them slow.
        Set<Long> seen = new HashSet<>();
        for (Merge merge : merges) {
            for (String part : List.of(merge.left(), merge.right(), merge.left() + merge.right())) {
                if (!ids.containsKey(part)) {
                    throw Refusal.broken(
                            "merge " + InvalidCheckpointException.quote(merge.left()) + " "
                                    + InvalidCheckpointException.quote(merge.right()) + " needs token "
                                    + InvalidCheckpointException.quote(part),
                            "the vocabulary does not have it");
                }
            }
            if (!seen.add((long) ids.get(merge.left()) << Integer.SIZE | ids.get(merge.right()))) {
                throw Refusal.broken(
                        "merge " + InvalidCheckpointException.quote(merge.left()) + " "
                                + InvalidCheckpointException.quote(merge.right()) + " is there twice",
                        "its rank is not clear");
            }
        }
    }

    /** By id. */
    private static List<AddedToken> checkedTokens(Map<String, Integer> ids, List<AddedToken> addedTokens)
            throws InvalidCheckpointException {
        List<AddedToken> sorted = new ArrayList<>(addedTokens);
        sorted.sort(Comparator.comparingInt(AddedToken::id));
        int characters =
                sorted.stream().mapToInt(token -> token.content().length()).sum();
        if (sorted.size() > MAX_ADDED_TOKENS || characters > MAX_ADDED_CHARACTERS) {
            throw Refusal.broken(
                    "there are " + sorted.size() + " added tokens of " + characters + " characters",
                    "at most " + MAX_ADDED_TOKENS + " of " + MAX_ADDED_CHARACTERS + " together are possible");
        }
        Map<String, Integer> added = new HashMap<>();
        int next = ids.size();
        for (AddedToken token : sorted) {
            checkToken(token.content(), token.id());
            if (added.put(token.content(), token.id()) != null) {
                throw Refusal.broken(
                        "added token " + InvalidCheckpointException.quote(token.content()) + " is there twice",
                        "one is enough");
            }
            Integer expected = ids.get(token.content());
            if (expected == null) {
                expected = next++;
            }
            if (token.id() != expected) {
                throw Refusal.broken(
                        "added token " + InvalidCheckpointException.quote(token.content()) + " has id " + token.id(),
                        "its place is " + expected + ": that of the vocabulary, or else the next after it");
            }
        }
        if (next > MAX_TOKENS) {
            throw Refusal.broken("there are " + next + " tokens", "at most " + MAX_TOKENS + " are possible");
        }
        return List.copyOf(sorted);
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
