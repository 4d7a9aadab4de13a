package io.promptmill.generation;

import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
        Map<PrefillShape, List<Placement>> byShape = new TreeMap<>();
        for (Placement placement : placed) {
            PromptInFlight prompt = placement.prompt();
            if (slots.slotWith(prompt) < 0) {
                slots.holds(new int[] {placement.slots()[0]}, prompt);
                byShape.computeIfAbsent(PrefillShape.of(prompt.encoded()), shape -> new ArrayList<>())
                        .add(placement);
            }
        }
        byShape.forEach(this::prefill);
        placed.forEach(this::copyPrompt);
    }

    /** Only prompts of one shape are computed together, so that a prompt's shape is its own affair. */
    private record PrefillShape(int borrowed, int paddedLength) implements Comparable<PrefillShape> {
        static PrefillShape of(EncodedPrompt prompt) {
            return new PrefillShape(prompt.borrowed(), prompt.paddedPrefillLength());
        }

        @Override
        public int compareTo(PrefillShape other) {
            return Comparator.comparingInt(PrefillShape::borrowed)
                    .thenComparingInt(PrefillShape::paddedLength)
                    .compare(this, other);
        }
    }

    private void prefill(PrefillShape shape, List<Placement> placements) {
        int length = shape.paddedLength();
        int together = Math.max(1, length == 0 ? placements.size() : PREFILL_POSITIONS / length);
        for (int from = 0; from < placements.size(); from += together) {
            List<Placement> group = placements.subList(from, Math.min(placements.size(), from + together));
            int[] first =
                    group.stream().mapToInt(placement -> placement.slots()[0]).toArray();
            List<TokenIds> tokens = group.stream()
                    .map(placement -> placement.prompt().encoded().prefillTokens())
                    .toList();
            if (shape.borrowed() > 0) {
                borrowPrefixes(group);
            }
            if (length > 0) {
                cache.prefill(first, shape.borrowed(), tokens, length);
            }
            stats.prefilled(tokens, length);
        }
    }

    private void borrowPrefixes(List<Placement> group) {
        Map<TokenIds, List<Placement>> byPrefix = group.stream()
                .collect(Collectors.groupingBy(
                        placement -> placement.prompt().encoded().borrowedPrefix()));
        byPrefix.forEach((prefix, borrowers) -> cache.borrowPrefix(
                borrowers.stream().mapToInt(placement -> placement.slots()[0]).toArray(), prefix));
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
            cache = null;
        }
    }
}
