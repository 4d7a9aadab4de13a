package io.promptmill.jobs.bench;

import io.promptmill.TokenIds;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The prompts of a benchmark: lengths and limits that stand for a kind of use, ids from a formula. */
public enum Work {
    /** All alike: 16-token prompts, 64 new tokens. What the arithmetic allows. */
    W1("16-token prompts, 64 new tokens", 80, 1, Stream.RESUMED),
    /** Mixed: prompts of 4 to 64 tokens, 8 to 128 new tokens. What batches lose that wait for their longest row. */
    W2("prompts of 4 to 64 tokens, 8 to 128 new tokens", 192, 4, Stream.DRAINED),
    /** Long prompts with siblings: 200-token prompts, 5 sequences of 32 new tokens each. */
    W3("200-token prompts, 5 sequences of 32 new tokens each", 232, 1, Stream.RESUMED);

    /** Ids are below it; a model with a smaller vocabulary gets the remainder. */
    private static final int VOCABULARY = 50257;

    private final String description;
    private final int positions;
    private final int promptsPerSlot;
    private final Stream stream;

    /** What follows the last prompt of a round. */
    enum Stream {
        /** The next round, in the same stream. */
        RESUMED,
        /** Nothing: the slots run empty, and the next round is a stream of its own. */
        DRAINED
    }

    /**
     * One prompt of a work.
     *
     * @param tokens the prompt
     * @param newTokens of each sequence, exactly
     * @param sequences how many continuations
     */
    record Row(TokenIds tokens, int newTokens, int sequences) {}

    Work(String description, int positions, int promptsPerSlot, Stream stream) {
        this.description = description;
        this.positions = positions;
        this.promptsPerSlot = promptsPerSlot;
        this.stream = stream;
    }

    /** The name as it is typed. */
    public String spelled() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What its prompts are like. */
    String description() {
        return description;
    }

    /** Positions that a model must have. */
    public int positions() {
        return positions;
    }

    /** Whether its prompts have several sequences, which only sampling can make. */
    public boolean hasSiblings() {
        return this == W3;
    }

    Stream stream() {
        return stream;
    }

    /** Prompts of one round. */
    int prompts(int slots) {
        return Math.multiplyExact(promptsPerSlot, slots);
    }

    /** The rows of one round. */
    List<Row> rows(int slots, int vocabulary) {
        return IntStream.range(0, prompts(slots))
                .mapToObj(i -> row(i, vocabulary))
                .toList();
    }

    private Row row(int i, int vocabulary) {
        return switch (this) {
            case W1 -> new Row(tokens(i, 16, vocabulary), 64, 1);
            case W2 -> new Row(tokens(i, 4 + (int) (i * 37L % 61), vocabulary), 8 + (int) (i * 53L % 121), 1);
            case W3 -> new Row(tokens(i, 200, vocabulary), 32, 5);
        };
    }

    private static TokenIds tokens(long i, int length, int vocabulary) {
        return TokenIds.of(IntStream.range(0, length)
                .map(j -> (int) ((i * 7919 + j * 104729L + 13) % VOCABULARY % vocabulary))
                .toArray());
    }
}
