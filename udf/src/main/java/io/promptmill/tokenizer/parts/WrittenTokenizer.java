package io.promptmill.tokenizer.parts;

import java.util.List;

/**
 * What a {@code tokenizer.json} says, as far as transformers heeds it.
 *
 * @param addedTokens not checked: the files beside it may name more; their ids are what it says, not what they get
 * @param warnings a sentence for each thing that is not heeded
 */
public record WrittenTokenizer(TokenizerPipeline pipeline, List<AddedToken> addedTokens, List<String> warnings) {}
