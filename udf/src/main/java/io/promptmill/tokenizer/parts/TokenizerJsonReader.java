package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code tokenizer.json}, in any form that the tokenizers library has written for byte-level BPE since its version
 * 0.8: with and without {@code model.type}, {@code use_regex} and {@code ignore_merges}, merges as texts or pairs. A field
 * that the library does not know is passed over with a warning, as there; a value that cannot be honoured is a refusal, or
 * for GPT-2's class, which has its own, a warning. Single-threaded.
 */
public final class TokenizerJsonReader {
    static final String VERSION = "version";
    static final String KNOWN_VERSION = "1.0";
    static final String TRUNCATION = "truncation";
    static final String PADDING = "padding";
    static final String ADDED_TOKENS = "added_tokens";

    // Truncation, padding and the post-processor's offsets do not change the ids of one text.
    private static final Set<String> FIELDS = Set.of(
            VERSION,
            TRUNCATION,
            PADDING,
            ADDED_TOKENS,
            Normalizer.FIELD,
            PreTokenizer.FIELD,
            PostProcessor.FIELD,
            Decoder.FIELD,
            TokenizerModel.FIELD);

    private final JsonObject root;
    private final UnheededFields unheeded;

    private TokenizerJsonReader(JsonObject root, TokenizerClass use) {
        this.root = root;
        this.unheeded = new UnheededFields(use);
    }

    /**
     * What a {@code tokenizer.json} says.
     *
     * @param use what is made of it
     * @param gpt2 the pre-tokenizer that GPT-2's class has instead of any
     */
    public static WrittenTokenizer read(JsonObject root, TokenizerClass use, ByteLevel gpt2)
            throws InvalidCheckpointException {
        return new TokenizerJsonReader(root, use).read(gpt2);
    }

    private WrittenTokenizer read(ByteLevel gpt2) throws InvalidCheckpointException {
        root.allowOnly(FIELDS, "the field is not known and may change the ids");
        if (root.has(VERSION)) {
            root.requireText(VERSION, KNOWN_VERSION);
        }
        // A model of another kind is told before anything that goes with it.
        ByteLevelBpeReader model = new ByteLevelBpeReader(root.object(TokenizerModel.FIELD), unheeded);
        Normalizer normalizer = NormalizerReader.read(root, unheeded);
        PreTokenizer preTokenizer = PreTokenizerReader.read(root, gpt2, unheeded);
        Decoder decoder = DecoderReader.read(root, unheeded);
        PostProcessor postProcessor = PostProcessorReader.read(root, unheeded);
        TokenizerPipeline pipeline =
                new TokenizerPipeline(normalizer, preTokenizer, model.read(), postProcessor, decoder);
        return new WrittenTokenizer(pipeline, addedTokens(), unheeded.warnings());
    }

    private List<AddedToken> addedTokens() throws InvalidCheckpointException {
        List<AddedToken> tokens = new ArrayList<>();
        if (root.isAbsent(ADDED_TOKENS)) {
            return tokens;
        }
        for (JsonObject token : root.objects(ADDED_TOKENS)) {
            unheeded.addUnknown(token, AddedToken.FIELDS);
            tokens.add(AddedToken.read(token, token.idFromZero(AddedToken.ID)));
        }
        return tokens;
    }
}
