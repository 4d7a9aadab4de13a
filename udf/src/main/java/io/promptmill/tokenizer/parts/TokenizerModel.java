package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import java.util.List;

/** The third part of a tokenizer: it makes tokens of words. */
public sealed interface TokenizerModel extends TokenizerPart permits ByteLevelBpe {
    /** The field of {@code tokenizer.json} that holds it. */
    String FIELD = "model";

    /** Its tokens and their ids. */
    Vocabulary vocabulary();

    /**
     * This model with more tokens in its vocabulary, of which it builds no word.
     *
     * @throws InvalidCheckpointException when a word might become one of them
     */
    TokenizerModel with(List<AddedToken> tokens) throws InvalidCheckpointException;
}
