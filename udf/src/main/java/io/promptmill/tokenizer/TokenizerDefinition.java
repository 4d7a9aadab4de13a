package io.promptmill.tokenizer;

import io.promptmill.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;

/** A tokenizer as data, parsed and bounded in Java: what travels to the executors. Immutable. */
public final class TokenizerDefinition implements Serializable {
    private final String canonicalJson;

    TokenizerDefinition(String canonicalJson) {
        this.canonicalJson = canonicalJson;
    }

    /** The tokenizer of a checkpoint folder, or empty where the folder has none. */
    public static Optional<TokenizerDefinition> read(Path folder) throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException(folder.toString());
    }

    /** The {@code tokenizer.json} written anew. */
    public String canonicalJson() {
        return canonicalJson;
    }
}
