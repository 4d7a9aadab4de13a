package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import java.util.List;

/** The parts of a tokenizer, in the order in which a text goes through them. */
public record TokenizerPipeline(
        Normalizer normalizer,
        PreTokenizer preTokenizer,
        TokenizerModel model,
        PostProcessor postProcessor,
        Decoder decoder) {

    /** That of a tokenizer of GPT-2's class. */
    public static TokenizerPipeline gpt2(ByteLevel preTokenizer, ByteLevelBpe model) {
        return new TokenizerPipeline(
                new Normalizer.None(), preTokenizer, model, new PostProcessor.None(), ByteLevel.DECODER);
    }

    /** This pipeline with more tokens in its model's vocabulary. */
    TokenizerPipeline with(List<AddedToken> tokens) throws InvalidCheckpointException {
        return new TokenizerPipeline(normalizer, preTokenizer, model.with(tokens), postProcessor, decoder);
    }
}
