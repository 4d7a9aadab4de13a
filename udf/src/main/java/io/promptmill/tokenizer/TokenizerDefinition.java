package io.promptmill.tokenizer;

import io.promptmill.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A tokenizer as data, parsed and bounded in Java: what travels to the executors, where a {@link Tokenizer} is made of
 * it. Immutable.
 */
public final class TokenizerDefinition implements Serializable {
    private static final long serialVersionUID = 1;

    private final String canonicalJson;
    private final int vocabularySize;

    TokenizerDefinition(ByteLevelBpe tokenizer) {
        this.canonicalJson = TokenizerJsonWriter.write(tokenizer);
        this.vocabularySize = tokenizer.size();
    }

    /**
     * The tokenizer of a checkpoint folder, or empty where the folder has none. Read from {@code tokenizer.json}, or
     * else from {@code vocab.json} and {@code merges.txt}; {@code tokenizer_config.json}, {@code
     * special_tokens_map.json} and {@code added_tokens.json} are heeded where they exist.
     *
     * @throws InvalidCheckpointException when the files are broken, or of a kind that is not supported: only byte-level
     *     BPE is, without normalizer and without special tokens put around a prompt
     * @throws IOException when a file cannot be read
     */
    public static Optional<TokenizerDefinition> read(Path folder) throws InvalidCheckpointException, IOException {
        return TokenizerFolder.read(folder).map(TokenizerDefinition::new);
    }

    /**
     * The {@code tokenizer.json} written anew, all that can change ids or text in a fixed order: its digest is the
     * tokenizer's digest.
     */
    public String canonicalJson() {
        return canonicalJson;
    }

    /** Highest token id + 1; the model's own vocabulary may be larger, because padded, but never smaller. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /** The tokenizer's parts. */
    ByteLevelBpe tokenizer() {
        try {
            String name = "canonical tokenizer.json";
            // Our own text: as long as a tokenizer may be, and merges written at length.
            return TokenizerJsonReader.read(JsonFile.parse(canonicalJson, Integer.MAX_VALUE, name), name);
        } catch (InvalidCheckpointException e) {
            throw new IllegalStateException("A tokenizer that was checked is refused when read again", e);
        }
    }
}
