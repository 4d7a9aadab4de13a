package io.promptmill.training;

import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A GPT-2 that has learned nothing yet, by the fields of its config.json. Immutable.
 *
 * @param nLayer blocks
 * @param nHead attention heads of each
 * @param nEmbd width, a multiple of {@code nHead}
 * @param nPositions tokens of a text
 */
public record NewModel(int nLayer, int nHead, int nEmbd, int nPositions) {

    /**
     * Writes it as a Hugging Face folder with the tokenizer of another one; equal seeds give equal bytes.
     *
     * @param tokenizer the folder whose tokenizer it gets; the vocabulary is that tokenizer's
     * @param folder empty
     */
    public void write(CheckpointFolder tokenizer, long seed, Path folder) throws InvalidCheckpointException, IOException {
        throw new UnsupportedOperationException();
    }
}
