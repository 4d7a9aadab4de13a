package io.promptmill.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which slot holds which row of which decoding. Live slots are always the first ones: a hole that no new sequence fills
 * is closed by moving the last live slot into it. Single-threaded.
 */
final class SlotTable {
    private Entry[] entries;
    private final List<Entry> live = new ArrayList<>();

    /**
     * A decoding and the slots of its rows.
     *
     * @param slots changed in place when a row moves
     */
    record Entry(Decoding decoding, int[] slots) {}

    /** A row that has to move to close a hole. */
    record Move(int from, int to) {}

    /** Whose prompt a slot was last computed for, live or not: its prompt tokens can still be copied from there. */
    private PromptInFlight[] contents;

    SlotTable(int slots) {
        entries = new Entry[slots];
        contents = new PromptInFlight[slots];
    }

    int size() {
        return entries.length;
    }

    void grow(int slots) {
        if (slots > entries.length) {
            entries = Arrays.copyOf(entries, slots);
            contents = Arrays.copyOf(contents, slots);
        }
    }

    List<Entry> live() {
        return live;
    }

    int liveRows() {
        return live.stream().mapToInt(entry -> entry.slots().length).sum();
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
    Entry place(Decoding decoding) {
        int[] slots = new int[decoding.rows()];
        Entry entry = new Entry(decoding, slots);
        for (int row = 0; row < slots.length; row++) {
            slots[row] = freeSlot(decoding.prompt());
            entries[slots[row]] = entry;
        }
        live.add(entry);
        return entry;
    }

    private int freeSlot(PromptInFlight prompt) {
        int free = -1;
        for (int slot = 0; slot < entries.length; slot++) {
            if (entries[slot] == null && (free < 0 || contents[slot] == prompt)) {
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

    void remove(Entry entry) {
        live.remove(entry);
        Arrays.stream(entry.slots()).forEach(slot -> entries[slot] = null);
    }

    /** Closes the holes among the live slots; the caller moves the cache rows likewise, before anything else. */
    List<Move> compact() {
        List<Move> moves = new ArrayList<>();
        int rows = liveRows();
        int hole = 0;
        for (int from = rows; from < entries.length; from++) {
            if (entries[from] != null) {
                while (entries[hole] != null) {
                    hole++;
                }
                move(from, hole);
                moves.add(new Move(from, hole));
            }
        }
        return moves;
    }

    private void move(int from, int to) {
        int[] slots = entries[from].slots();
        for (int row = 0; row < slots.length; row++) {
            if (slots[row] == from) {
                slots[row] = to;
            }
        }
        entries[to] = entries[from];
        entries[from] = null;
        contents[to] = contents[from];
    }
}
