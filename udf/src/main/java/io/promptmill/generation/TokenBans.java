package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import io.promptmill.TokenIds;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The tokens a sequence must not continue with: end tokens before the least length, bad words, repeated n-grams. The
 * rules are those of transformers' {@code MinLengthLogitsProcessor}, {@code NoBadWordsLogitsProcessor} and {@code
 * NoRepeatNGramLogitsProcessor}. Immutable.
 */
final class TokenBans {
    private final List<Integer> eosTokenIds;
    private final int minNewTokens;
    private final int ngramSize;
    private final List<TokenIds> badWords;

    TokenBans(EncodedPrompt prompt) {
        GenerationConfig config = prompt.config();
        this.eosTokenIds = prompt.endTokens();
        this.minNewTokens = prompt.minNewTokens();
        this.ngramSize = config.noRepeatNgramSize();
        this.badWords = config.badWordsIds().stream()
                .filter(word -> !(word.size() == 1 && eosTokenIds.contains(word.at(0))))
                .toList();
    }

    /** How many tokens can follow, whatever they are, before others are banned than now. */
    int stepsUnchanged(int newTokens) {
        if (ngramSize > 0 || badWords.stream().anyMatch(word -> word.size() > 1)) {
            return 1;
        }
        return newTokens < minNewTokens && !eosTokenIds.isEmpty() ? minNewTokens - newTokens : Integer.MAX_VALUE;
    }

    /**
     * Names the banned tokens of a sequence, some perhaps twice.
     *
     * @param tokens the sequence, prompt included, in its first {@code length} elements
     * @param newTokens how many of them were generated
     */
    void forEach(int[] tokens, int length, int newTokens, IntConsumer ban) {
        if (newTokens < minNewTokens) {
            eosTokenIds.forEach(ban::accept);
        }
        for (TokenIds word : badWords) {
            if (word.size() - 1 <= length && endsWithStartOf(word, tokens, length)) {
                ban.accept(word.at(word.size() - 1));
            }
        }
        if (ngramSize > 0) {
            banRepeatedNgrams(tokens, length, ban);
        }
    }

    private static boolean endsWithStartOf(TokenIds word, int[] tokens, int length) {
        int start = length - (word.size() - 1);
        for (int i = 0; i < word.size() - 1; i++) {
            if (tokens[start + i] != word.at(i)) {
                return false;
            }
        }
        return true;
    }

    private void banRepeatedNgrams(int[] tokens, int length, IntConsumer ban) {
        int context = ngramSize - 1;
        for (int last = context; last < length; last++) {
            boolean repeats = true;
            for (int i = 1; i <= context && repeats; i++) {
                repeats = tokens[last - i] == tokens[length - i];
            }
            if (repeats) {
                ban.accept(tokens[last]);
            }
        }
    }
}
