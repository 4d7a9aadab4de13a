package io.promptmill.generation;

import io.promptmill.Completion;
import java.util.List;

/**
 * One sequence, or the beams of one search, as it grows by a token a step. It has a row in each slot that it takes. The
 * engine lets it write its rows into a {@link StepBatch}, runs the steps, and hands it their results. Single-threaded.
 */
sealed interface Decoding permits SequenceDecoding, BeamDecoding {
    PromptInFlight prompt();

    /** Which of the prompt's sequences it is, from 0; 0 for the beams of a search. */
    int index();

    /** Slots it takes. */
    int rows();

    /** Where the token stands that the next step computes. */
    int position();

    /** How many steps can be computed before the token of the first is looked at, at least 1. */
    int stepsAhead();

    /** Writes into the batch what the next step must know of {@code row}, which is in slot {@code slot}. */
    void writeRow(int row, int slot, StepBatch batch);

    /**
     * Takes the tokens that a step chose.
     *
     * @param slots the slot of each row
     */
    void accept(StepResult result, int[] slots);

    /** Whether a step met logits that are no numbers, or left no token to choose. */
    boolean hasFailed();

    /** Whether the prompt's own settings leave one of its sequences no token to go on with. */
    boolean bansEveryToken(int vocabularySize);

    boolean isFinished();

    /** For each row the row whose cache it continues; null where every row continues its own. */
    int[] parents();

    /** The finished sequences. */
    List<Completion> completions();
}
