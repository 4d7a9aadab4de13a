package io.promptmill.tokenizer;

import io.promptmill.Problem;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint folder has for a tokenizer: one that can be used, none, or one that is refused. Prompts that are token
 * ids need none, so that a refusal is not the end of a checkpoint. Immutable.
 *
 * @param definition the tokenizer where it can be used
 * @param refusal why the one that is there cannot be used
 */
public record CheckpointTokenizer(Optional<TokenizerDefinition> definition, Optional<Problem> refusal) {

    /** A checkpoint without tokenizer. */
    public static final CheckpointTokenizer NONE = new CheckpointTokenizer(Optional.empty(), Optional.empty());

    /**
     * Reads the tokenizer of a folder.
     *
     * @throws InvalidCheckpointException when a file was changed while it was read
     * @throws IOException when a file cannot be read
     */
    public static CheckpointTokenizer read(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        try {
            return new CheckpointTokenizer(TokenizerDefinition.read(folder), Optional.empty());
        } catch (InvalidCheckpointException e) {
            if (e.isChangedFile()) {
                throw e;
            }
            return new CheckpointTokenizer(Optional.empty(), Optional.of(e.problem()));
        }
    }

    /** Why there is no tokenizer to use, to be read after a colon; empty where there is one. */
    public Optional<String> whyNone() {
        if (definition.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(refusal.map(problem -> problem.what() + ", " + problem.why())
                .orElse("there is neither tokenizer.json nor vocab.json with merges.txt"));
    }

    /**
     * Sentences a user should see.
     *
     * @param vocabularySize number of the model's embeddings
     */
    public List<String> warnings(int vocabularySize) {
        List<String> sentences = new ArrayList<>();
        definition.ifPresent(tokenizer -> {
            sentences.addAll(tokenizer.warnings());
            if (tokenizer.vocabularySize() > vocabularySize) {
                sentences.add("the tokenizer has ids up to " + (tokenizer.vocabularySize() - 1)
                        + " and the model has embeddings for 0 to " + (vocabularySize - 1)
                        + "; a prompt with a token beyond them is rejected");
            }
        });
        return sentences;
    }
}
