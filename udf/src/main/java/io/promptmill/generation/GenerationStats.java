package io.promptmill.generation;

import java.io.Serializable;

/**
 * What an engine has done so far; additive over engines.
 *
 * @param prefills prompts whose tokens were computed into a slot, whatever their number of sequences
 * @param refills slots given to a new sequence while others were still in flight
 * @param steps forward passes that gave every live slot its next token
 * @param liveRows rows of those steps that belonged to a sequence in flight
 * @param computedRows all rows of those steps
 * @param availableRows slots there were in those steps, live or not
 * @param generatedTokens tokens returned in completions
 * @param prefillPositions prompt positions computed by prefills, padding included
 * @param paddingPositions those of them that were padding
 * @param halvings how often the slots were halved, because native memory had run out
 */
public record GenerationStats(
        long prefills,
        long refills,
        long steps,
        long liveRows,
        long computedRows,
        long availableRows,
        long generatedTokens,
        long prefillPositions,
        long paddingPositions,
        long halvings)
        implements Serializable {
    /** Nothing done. */
    public static final GenerationStats NONE = new GenerationStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Prompts whose tokens were computed. */
    static GenerationStats ofPrefills(long prompts, long positions, long padding) {
        return new GenerationStats(prompts, 0, 0, 0, 0, 0, 0, positions, padding, 0);
    }

    /** Slots given to new sequences while others were in flight. */
    static GenerationStats ofRefills(long slots) {
        return new GenerationStats(0, slots, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** One step. */
    static GenerationStats ofStep(long liveRows, long computedRows, long availableRows) {
        return new GenerationStats(0, 0, 1, liveRows, computedRows, availableRows, 0, 0, 0, 0);
    }

    /** Tokens returned in completions. */
    static GenerationStats ofTokens(long tokens) {
        return new GenerationStats(0, 0, 0, 0, 0, 0, tokens, 0, 0, 0);
    }

    /** Half of the slots given up. */
    static GenerationStats ofHalving() {
        return new GenerationStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    }

    /** Both together. */
    public GenerationStats plus(GenerationStats other) {
        return new GenerationStats(
                prefills + other.prefills,
                refills + other.refills,
                steps + other.steps,
                liveRows + other.liveRows,
                computedRows + other.computedRows,
                availableRows + other.availableRows,
                generatedTokens + other.generatedTokens,
                prefillPositions + other.prefillPositions,
                paddingPositions + other.paddingPositions,
                halvings + other.halvings);
    }

    /** Share of the slots that carried a sequence, over all steps, 0 to 1. */
    public double slotUse() {
        return availableRows == 0 ? 0 : (double) liveRows / availableRows;
    }

    /** Share of all computed positions, prefill and decode together, that were padding or idle, 0 to 1. */
    public double paddingShare() {
        long positions = prefillPositions + computedRows;
        return positions == 0 ? 0 : (double) (paddingPositions + computedRows - liveRows) / positions;
    }
}
