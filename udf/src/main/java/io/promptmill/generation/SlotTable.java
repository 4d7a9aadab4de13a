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

    SlotTable(int slots) {
        placements = new Placement[slots];
    }

    int size() {
        return placements.length;
    }

    void grow(int slots) {
        if (slots > placements.length) {
            placements = Arrays.copyOf(placements, slots);
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

    /** Gives a decoding its slots. */
    Placement place(Decoding decoding) {
        Placement placement = new Placement(decoding);
        int[] slots = placement.slots();
        int free = 0;
        for (int row = 0; row < slots.length; row++) {
            while (placements[free] != null) {
                free++;
            }
            slots[row] = free;
            placements[free] = placement;
        }
        live.add(placement);
        return placement;
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
    }
}
