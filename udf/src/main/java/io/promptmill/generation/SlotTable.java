package io.promptmill.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which slot holds which row of which decoding. Live slots are always the first ones: a hole that no new sequence fills
 * is closed by moving the last live slot into it. Single-threaded.
 */
final class SlotTable {
    private Placement[] placements;
    private final List<Placement> live = new ArrayList<>();

    /** A row that has to move to close a hole. */
    record Move(int from, int to) {}

    /** Whose prompt a slot was last computed for, live or not: its prompt tokens can still be copied from there. */
    private PromptInFlight[] contents;

    SlotTable(int slots) {
        placements = new Placement[slots];
        contents = new PromptInFlight[slots];
    }

    int size() {
        return placements.length;
    }

    void grow(int slots) {
        if (slots > placements.length) {
            placements = Arrays.copyOf(placements, slots);
            contents = Arrays.copyOf(contents, slots);
        }
    }

    List<Placement> live() {
        return live;
    }

    int liveRows() {
        return live.stream().mapToInt(placement -> placement.slots().length).sum();
    }

    int freeRows() {
        return size() - liveRows();
    }

    /** A slot that holds the prompt's tokens, or -1. */
    int slotWith(PromptInFlight prompt) {
        for (int slot = 0; slot < contents.length; slot++) {
            if (contents[slot] == prompt) {
                return slot;
            }
        }
        return -1;
    }

    /** Gives a decoding its slots, those first that hold its prompt already. */
    Placement place(Decoding decoding) {
        Placement placement = new Placement(decoding);
        int[] slots = placement.slots();
        for (int row = 0; row < slots.length; row++) {
            slots[row] = freeSlot(decoding.prompt());
            placements[slots[row]] = placement;
        }
        live.add(placement);
        return placement;
    }

    private int freeSlot(PromptInFlight prompt) {
        int free = -1;
        for (int slot = 0; slot < placements.length; slot++) {
            if (placements[slot] == null && (free < 0 || contents[slot] == prompt)) {
                free = slot;
                if (contents[slot] == prompt) {
                    break;
                }
            }
        }
        return free;
    }

    boolean isHolding(int slot, PromptInFlight prompt) {
        return contents[slot] == prompt;
    }

    /** Notes that no slot's content may be copied for this prompt any more. */
    void forget(PromptInFlight prompt) {
        for (int slot = 0; slot < contents.length; slot++) {
            if (contents[slot] == prompt) {
                contents[slot] = null;
            }
        }
    }

    /** Notes that slots hold a prompt's tokens now. */
    void holds(int[] slots, PromptInFlight prompt) {
        Arrays.stream(slots).forEach(slot -> contents[slot] = prompt);
    }

    void remove(Placement placement) {
        live.remove(placement);
        Arrays.stream(placement.slots()).forEach(slot -> placements[slot] = null);
    }

    /** Closes the holes among the live slots; the caller moves the cache rows likewise, before anything else. */
    List<Move> compact() {
        List<Move> moves = new ArrayList<>();
        int rows = liveRows();
        int hole = 0;
        for (int from = rows; from < placements.length; from++) {
            if (placements[from] != null) {
                while (placements[hole] != null) {
                    hole++;
                }
                move(from, hole);
                moves.add(new Move(from, hole));
            }
        }
        return moves;
    }

    private void move(int from, int to) {
        placements[from].move(from, to);
        placements[to] = placements[from];
        placements[from] = null;
        contents[to] = contents[from];
    }
}
