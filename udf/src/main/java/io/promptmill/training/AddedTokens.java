package io.promptmill.training;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** More special tokens for a model, with embeddings of their own. Stateless. */
public final class AddedTokens {
    private AddedTokens() {}

    /**
     * Writes a model with these special tokens added to its tokenizer, as a Hugging Face folder.
     *
     * @param folder empty
     */
    public static void write(Checkpoint checkpoint, List<String> tokens, Path folder)
            throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException();
    }
}
