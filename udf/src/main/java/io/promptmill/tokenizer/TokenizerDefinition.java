package io.promptmill.tokenizer;

import io.promptmill.checkpoint.CheckpointFolder;
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
    private final TokenBytes bytes;

    TokenizerDefinition(ByteLevelBpe tokenizer) {
        this.canonicalJson = TokenizerJsonWriter.write(tokenizer);
        this.vocabularySize = tokenizer.size();
        this.bytes = new TokenBytes(tokenizer);
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
    public static Optional<TokenizerDefinition> read(CheckpointFolder folder)
            throws InvalidCheckpointException, IOException {
        return TokenizerFolder.read(folder).map(TokenizerDefinition::new);
    }

    /** As {@link #read(CheckpointFolder)}, of a folder of which nothing else is read. */
    public static Optional<TokenizerDefinition> read(Path folder) throws InvalidCheckpointException, IOException {
        return read(new CheckpointFolder(folder));
    }

    /**
     * The {@code tokenizer.json} written anew, all that can change ids or text in a fixed order: its digest is the
     * tokenizer's digest.
     */
    public String canonicalJson() {
        return canonicalJson;
    }

    /**
     * Highest token id + 1. The model's own vocabulary may be larger, because padded, or smaller, where tokens were added
     * without resizing it.
     */
    public int vocabularySize() {
        return vocabularySize;
    }

    /** What each token adds to decoded text. */
    TokenBytes bytes() {
        return bytes;
    }
}
