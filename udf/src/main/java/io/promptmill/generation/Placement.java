package io.promptmill.generation;

import java.util.Arrays;

/**
 * Where the rows of a decoding lie. Each has a slot, which may change; where the prompt is shared, each has also a seat
 * in one of the prompt's places. Single-threaded.
 */
final class Placement {
    private final Decoding decoding;
    private final int[] slots;
    private final int[] places;

    Placement(Decoding decoding) {
        this.decoding = decoding;
        this.slots = new int[decoding.rows()];
        this.places = new int[prompt().encoded().isShared() ? decoding.rows() : 0];
    }

    Decoding decoding() {
        return decoding;
    }

    PromptInFlight prompt() {
        return decoding.prompt();
    }

    /** The slot of each row; the table's own array. */
    int[] slots() {
        return slots;
    }

    /** The place of each row among the shared prompts, to be filled by who knows; empty where the prompt is not shared. */
    int[] places() {
        return places;
    }

    /** Which of the prompt's rows a row of the decoding is. */
    int rowOfPrompt(int row) {
        return decoding.index() + row;
    }

    /** Writes into the batch where a step finds the prompt of its rows. */
    void writePlaces(StepBatch batch) {
        for (int row = 0; row < places.length; row++) {
            int seat = rowOfPrompt(row) % StepBatch.SEATS;
            batch.shares(slots[row], places[row], seat, prompt().encoded().prefillEnd());
        }
    }

    /** The cache positions of its slots that are in use. */
    int slotPosition() {
        return decoding.position() - prompt().encoded().slotStart();
    }

    void move(int from, int to) {
        int row = Arrays.stream(slots).boxed().toList().indexOf(from);
        slots[row] = to;
    }
}
