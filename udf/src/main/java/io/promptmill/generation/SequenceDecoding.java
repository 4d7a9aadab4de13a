package io.promptmill.generation;

import io.promptmill.Completion;
import java.util.List;

/** Greedy search or sampling: one sequence in one slot. */
final class SequenceDecoding implements Decoding {
    private final PromptInFlight prompt;
    private final int index;
    private final RandomStream randomStream;
    private final GrowingSequence sequence;
    private boolean failed;

    /**
     * A sequence of a prompt.
     *
     * @param index which of the prompt's sequences, from 0
     */
    SequenceDecoding(PromptInFlight prompt, int index, long seed) {
        this.prompt = prompt;
        this.index = index;
        this.randomStream = new RandomStream(seed, prompt.id(), index);
        this.sequence = new GrowingSequence(prompt);
    }

    @Override
    public PromptInFlight prompt() {
        return prompt;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public int position() {
        return sequence.lastPosition();
    }

    @Override
    public int stepsAhead() {
        return sequence.stepsAhead();
    }

    @Override
    public void writeRow(int row, int slot, StepBatch batch) {
        batch.token(slot, sequence.lastToken(), sequence.lastPosition());
        batch.settings(slot, prompt.encoded().config());
        if (prompt.encoded().config().doSample()) {
            batch.randomness(slot, randomStream, sequence.newTokens());
        }
        sequence.forEachBan(token -> batch.ban(slot, token));
    }

    @Override
    public void accept(StepResult result, int[] slots) {
        failed = !result.isValid(slots[0]);
        if (!failed) {
            sequence.append(result.token(slots[0]), result.logprob(slots[0]));
        }
    }

    @Override
    public boolean hasFailed() {
        return failed;
    }

    @Override
    public boolean bansEveryToken(int vocabularySize) {
        return sequence.bansEveryToken(vocabularySize);
    }

    @Override
    public boolean isFinished() {
        return sequence.isFinished();
    }

    @Override
    public int[] parents() {
        return null;
    }

    @Override
    public List<Completion> completions() {
        return List.of(sequence.completion(index));
    }
}
