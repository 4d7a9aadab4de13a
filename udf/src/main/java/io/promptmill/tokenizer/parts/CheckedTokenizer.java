package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole tokenizer, whose parts and added tokens agree. {@link #of} is the only way it is made.
 *
 * @param addedTokens by id
 * @param warnings a sentence for each thing that is not as a file says
 */
public record CheckedTokenizer(TokenizerPipeline pipeline, List<AddedToken> addedTokens, List<String> warnings) {

    /**
     * The tokenizer, if its parts agree.
     *
     * @param added lists of tokens that are added one after the other; their ids are what files say, not what they get
     * @param warnings about the pipeline
     */
    public static CheckedTokenizer of(TokenizerPipeline pipeline, List<List<AddedToken>> added, List<String> warnings)
            throws InvalidCheckpointException {
        Vocabulary vocabulary = pipeline.model().vocabulary();
        AddedVocabulary tokens = new AddedVocabulary(vocabulary);
        added.forEach(tokens::addAll);
        List<AddedToken> checked = tokens.checked();
        return new CheckedTokenizer(
                // The native tokenizer counts tokens to find an id, not gaps: so it finds these as they are.
                vocabulary.hasGaps() ? pipeline.with(checked) : pipeline,
                checked,
                Stream.concat(warnings.stream(), tokens.warnings().stream()).toList());
    }

    /** Highest id + 1. */
    public int size() {
        int lastAdded = addedTokens.isEmpty()
                ? -1
                : addedTokens.get(addedTokens.size() - 1).id();
        return Math.max(pipeline.model().vocabulary().lastId(), lastAdded) + 1;
    }
}
