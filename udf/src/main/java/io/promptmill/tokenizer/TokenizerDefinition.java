package io.promptmill.tokenizer;

import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.folder.TokenizerFolder;
import io.promptmill.tokenizer.parts.CheckedTokenizer;
import io.promptmill.tokenizer.parts.TokenizerJsonWriter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A tokenizer as data, parsed and bounded in Java: what travels to the executors, where a {@link Tokenizer} is made of
 * it. Immutable.
 */
public final class TokenizerDefinition implements Serializable {
    private static final long serialVersionUID = 2;

    private final String canonicalJson;
    private final int vocabularySize;
    private final TokenBytes bytes;
    private final List<String> warnings;

    TokenizerDefinition(CheckedTokenizer tokenizer) {
        this.canonicalJson = TokenizerJsonWriter.write(tokenizer);
        this.vocabularySize = tokenizer.size();
        this.bytes = new TokenBytes(tokenizer);
        this.warnings = tokenizer.warnings();
    }

    /**
     * The tokenizer of a checkpoint folder, or empty where the folder has none. Read from {@code tokenizer.json}, or
     * else from {@code vocab.json} and {@code merges.txt}; {@code tokenizer_config.json}, {@code
     * special_tokens_map.json}, {@code added_tokens.json} and the {@code tokenizer_class} of {@code config.json} are heeded
     * where they exist, as transformers 5 does.
     *
     * @throws InvalidCheckpointException when the files are broken, or of a kind that is not supported: only byte-level
     *     BPE is, without a normalizer that counts and without special tokens put around a prompt
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

    /** A sentence for each thing in which the tokenizer is not what a file says, because transformers does not heed it. */
    public List<String> warnings() {
        return warnings;
    }

    /** What each token stands for. */
    TokenBytes bytes() {
        return bytes;
    }
}
