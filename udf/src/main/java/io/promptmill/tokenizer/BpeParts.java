package io.promptmill.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a byte-level BPE tokenizer is made of, as files hold it; {@link ByteLevelBpe#checked} says whether it agrees.
 *
 * @param ids token to id, in any order
 * @param merges in the order of their ranks
 * @param addedTokens lists of tokens that are added one after the other; their ids are what files say, not what they get
 * @param addPrefixSpace text that does not begin with a space is given one
 * @param useRegex text is first split into words by GPT-2's pattern
 * @param ignoreMerges a word that is a token is not built from merges
 * @param warnings a sentence for each thing in the files that is not heeded
 */
record BpeParts(
        Map<String, Integer> ids,
        List<ByteLevelBpe.Merge> merges,
        List<List<AddedToken>> addedTokens,
        boolean addPrefixSpace,
        boolean useRegex,
        boolean ignoreMerges,
        List<String> warnings) {
    /** These parts and more added tokens, as transformers' {@code PreTrainedTokenizerFast} has them. */
    BpeParts and(List<AddedToken> more) {
        List<List<AddedToken>> all = new ArrayList<>(addedTokens);
        all.add(more);
        return new BpeParts(ids, merges, all, addPrefixSpace, useRegex, ignoreMerges, warnings);
    }

    /** Vocabulary and merges of these parts, and all else as transformers' {@code GPT2Tokenizer} has it. */
    BpeParts asGpt2(List<AddedToken> tokens, boolean prefixSpace) {
        return gpt2(ids, merges, tokens, prefixSpace).warning(warnings);
    }

    static BpeParts gpt2(
            Map<String, Integer> ids, List<ByteLevelBpe.Merge> merges, List<AddedToken> tokens, boolean prefixSpace) {
        return new BpeParts(ids, merges, List.of(tokens), prefixSpace, true, false, List.of());
    }

    /** These parts with more warnings, before the others. */
    BpeParts warning(List<String> more) {
        List<String> all = new ArrayList<>(more);
        all.addAll(warnings);
        return new BpeParts(ids, merges, addedTokens, addPrefixSpace, useRegex, ignoreMerges, all);
    }
}
