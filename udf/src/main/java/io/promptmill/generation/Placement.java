package io.promptmill.generation;

import java.util.Arrays;

/** A decoding and the slots of its rows; a row may move to another slot. Single-threaded. */
final class Placement {
    private final Decoding decoding;
    private final int[] slots;

    Placement(Decoding decoding) {
        this.decoding = decoding;
        this.slots = new int[decoding.rows()];
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

    void move(int from, int to) {
        int row = Arrays.stream(slots).boxed().toList().indexOf(from);
        slots[row] = to;
    }
}
