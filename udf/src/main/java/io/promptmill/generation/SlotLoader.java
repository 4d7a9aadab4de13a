package io.promptmill.generation;

import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Brings prompts into slots and keeps the cache in step with the {@link SlotTable}. Single-threaded. */
final class SlotLoader implements AutoCloseable {
    /** Positions of a prefill computed at once: bounds the memory of its activations. */
    private static final int PREFILL_POSITIONS = 4096;

    private final CausalLm model;
    private final SlotTable slots;
    private final StatsCounter stats;
    private SlotCache cache;

    SlotLoader(CausalLm model, SlotTable slots, StatsCounter stats) {
        this.model = model;
        this.slots = slots;
        this.stats = stats;
    }

    /** The cache of the slots; there is one as soon as something was loaded. */
    SlotCache cache() {
        return cache;
    }

    /** Computes or copies the prompts of newly placed decodings into their slots. */
    void load(List<Placement> placed) {
        if (!placed.isEmpty()) {
            ensureCapacity(placed);
            computePrompts(placed);
            remember(placed);
        }
    }

    private void ensureCapacity(List<Placement> placed) {
        int positions = placed.stream()
                .mapToInt(placement -> placement.prompt().encoded().positions())
                .max()
                .orElseThrow();
        if (cache == null) {
            cache = model.newSlotCache(slots.size(), positions);
        } else {
            cache.ensureCapacity(slots.size(), positions);
        }
    }

    /** Brings the prompts' tokens into their new slots: computed once for a prompt, copied to its other sequences. */
    private void computePrompts(List<Placement> placed) {
        Map<Integer, List<Placement>> byLength = new TreeMap<>();
        for (Placement placement : placed) {
            PromptInFlight prompt = placement.prompt();
            if (slots.slotWith(prompt) < 0) {
                slots.holds(new int[] {placement.slots()[0]}, prompt);
                byLength.computeIfAbsent(prompt.encoded().paddedPrefillLength(), length -> new ArrayList<>())
                        .add(placement);
            }
        }
        byLength.forEach(this::prefill);
        placed.forEach(this::copyPrompt);
    }

    /** Only prompts of one padded length are computed together, so that a prompt's shape is its own affair. */
    private void prefill(int paddedLength, List<Placement> placements) {
        int together = Math.max(1, paddedLength == 0 ? placements.size() : PREFILL_POSITIONS / paddedLength);
        for (int from = 0; from < placements.size(); from += together) {
            List<Placement> group = placements.subList(from, Math.min(placements.size(), from + together));
            List<TokenIds> tokens = group.stream()
                    .map(placement -> placement.prompt().encoded().prefillTokens())
                    .toList();
            if (paddedLength > 0) {
                cache.prefill(
                        group.stream()
                                .mapToInt(placement -> placement.slots()[0])
                                .toArray(),
                        tokens,
                        paddedLength);
            }
            stats.prefilled(tokens, paddedLength);
        }
    }

    private void copyPrompt(Placement placement) {
        PromptInFlight prompt = placement.prompt();
        int source = slots.slotWith(prompt);
        int[] targets = Arrays.stream(placement.slots())
                .filter(slot -> !slots.isHolding(slot, prompt))
                .toArray();
        int length = prompt.encoded().tokens().size() - 1;
        if (targets.length > 0 && length > 0) {
            int[] sources = new int[targets.length];
            Arrays.fill(sources, source);
            cache.copy(sources, targets, 0, length);
        }
        slots.holds(placement.slots(), prompt);
    }

    private void remember(List<Placement> placed) {
        List<TokenIds> tokens = new ArrayList<>();
        for (Placement placement : placed) {
            for (int row = 0; row < placement.slots().length; row++) {
                tokens.add(placement.prompt().encoded().tokens());
            }
        }
        cache.remember(
                placed.stream()
                        .flatMapToInt(placement -> Arrays.stream(placement.slots()))
                        .toArray(),
                tokens);
    }

    /** Moves the last live rows into the holes, so that live slots are the first ones. */
    void closeHoles() {
        List<SlotTable.Move> moves = slots.compact();
        if (!moves.isEmpty()) {
            int positions = slots.live().stream()
                    .mapToInt(placement -> placement.decoding().position())
                    .max()
                    .orElseThrow();
            cache.copy(
                    moves.stream().mapToInt(SlotTable.Move::from).toArray(),
                    moves.stream().mapToInt(SlotTable.Move::to).toArray(),
                    0,
                    positions);
        }
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
        }
    }
}
