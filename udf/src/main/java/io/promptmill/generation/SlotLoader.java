package io.promptmill.generation;

import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Brings prompts into the cache and keeps it in step with the {@link SlotTable}. Single-threaded. */
final class SlotLoader implements AutoCloseable {
    /** Positions of a prefill computed at once: bounds the memory of its activations. */
    private static final int PREFILL_POSITIONS = 4096;

    private final CausalLm model;
    private final SlotTable slots;
    private final SharedPrompts sharedPrompts = new SharedPrompts();
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

    /** How many places of shared prompts a step has to look at. */
    int sharedPlaces() {
        return sharedPrompts.inUse();
    }

    /** Computes or copies the prompts of newly placed decodings to where they are looked for. */
    void load(List<Placement> placed) {
        if (!placed.isEmpty()) {
            ensureSlots(placed);
            computePrompts(placed);
            remember(placed);
        }
    }

    private void ensureSlots(List<Placement> placed) {
        int positions = placed.stream()
                .mapToInt(placement -> placement.prompt().encoded().slotPositions())
                .max()
                .orElseThrow();
        if (cache == null) {
            cache = model.newSlotCache(slots.size(), positions);
        } else {
            cache.ensureCapacity(slots.size(), positions);
        }
    }

    private void ensureSharedPlaces(List<Placement> placed) {
        placed.stream()
                .map(placement -> placement.prompt().encoded())
                .filter(EncodedPrompt::isShared)
                .mapToInt(EncodedPrompt::promptPositions)
                .max()
                .ifPresent(positions -> cache.sharedPrompts().ensureCapacity(sharedPrompts.size(), positions));
    }

    /** A prompt and the place it is to be in: a slot, or one of the shared prompts. */
    private record Target(PromptInFlight prompt, int place) {
        EncodedPrompt encoded() {
            return prompt.encoded();
        }
    }

    /** Only prompts of one shape are computed together, so that a prompt's shape is its own affair. */
    private record PrefillShape(boolean shared, int borrowed, int paddedLength) implements Comparable<PrefillShape> {
        static PrefillShape of(EncodedPrompt prompt) {
            return new PrefillShape(prompt.isShared(), prompt.borrowed(), prompt.paddedPrefillLength());
        }

        @Override
        public int compareTo(PrefillShape other) {
            return Comparator.comparing(PrefillShape::shared)
                    .thenComparingInt(PrefillShape::borrowed)
                    .thenComparingInt(PrefillShape::paddedLength)
                    .compare(this, other);
        }
    }

    /** Computes each prompt once; where it has too many rows for one place, it is copied to the others. */
    private void computePrompts(List<Placement> placed) {
        Map<PrefillShape, List<Target>> toCompute = new TreeMap<>();
        Map<Target, Integer> copiesOfEarlier = new LinkedHashMap<>();
        Map<Target, Integer> copiesOfNew = new LinkedHashMap<>();
        Set<PromptInFlight> computed = new HashSet<>();
        for (Placement placement : placed) {
            PromptInFlight prompt = placement.prompt();
            PrefillShape shape = PrefillShape.of(prompt.encoded());
            if (!shape.shared()) {
                add(toCompute, shape, new Target(prompt, placement.slots()[0]));
            }
            for (int row = 0; row < placement.places().length; row++) {
                int source = sharedPrompts.placeWith(prompt, placement.rowOfPrompt(row));
                Target target = new Target(prompt, sharedPrompts.enter(prompt, placement.rowOfPrompt(row)));
                placement.places()[row] = target.place();
                if (source < 0) {
                    add(toCompute, shape, target);
                    computed.add(prompt);
                } else if (source != target.place()) {
                    (computed.contains(prompt) ? copiesOfNew : copiesOfEarlier).put(target, source);
                }
            }
        }
        ensureSharedPlaces(placed);
        copyPrompts(copiesOfEarlier); // before anything is computed over them
        toCompute.forEach(this::prefill);
        copyPrompts(copiesOfNew);
    }

    private void copyPrompts(Map<Target, Integer> sourceOf) {
        if (!sourceOf.isEmpty()) {
            int positions = sourceOf.keySet().stream()
                    .mapToInt(target -> target.encoded().prefillEnd())
                    .max()
                    .orElseThrow();
            cache.sharedPrompts()
                    .copy(
                            sourceOf.values().stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray(),
                            places(List.copyOf(sourceOf.keySet())),
                            0,
                            positions);
        }
    }

    private static void add(Map<PrefillShape, List<Target>> toCompute, PrefillShape shape, Target target) {
        toCompute.computeIfAbsent(shape, any -> new ArrayList<>()).add(target);
    }

    private void prefill(PrefillShape shape, List<Target> targets) {
        int length = shape.paddedLength();
        KeyValueCache into = shape.shared() ? cache.sharedPrompts() : cache;
        int together = Math.max(1, length == 0 ? targets.size() : PREFILL_POSITIONS / length);
        for (int from = 0; from < targets.size(); from += together) {
            List<Target> group = targets.subList(from, Math.min(targets.size(), from + together));
            List<TokenIds> tokens = group.stream()
                    .map(target -> target.encoded().prefillTokens())
                    .toList();
            if (shape.borrowed() > 0) {
                borrowPrefixes(into, group);
            }
            if (length > 0) {
                into.prefill(places(group), shape.borrowed(), tokens, length);
            }
            stats.prefilled(tokens, length);
        }
    }

    private static void borrowPrefixes(KeyValueCache into, List<Target> group) {
        Map<TokenIds, List<Target>> byPrefix = group.stream()
                .collect(Collectors.groupingBy(target -> target.encoded().borrowedPrefix()));
        byPrefix.forEach((prefix, borrowers) -> into.borrowPrefix(places(borrowers), prefix));
    }

    private static int[] places(List<Target> targets) {
        return targets.stream().mapToInt(Target::place).toArray();
    }

    /** Notes that a decoding's rows look at nothing any more. */
    void leave(Placement placement) {
        Arrays.stream(placement.places()).forEach(sharedPrompts::leave);
    }

    /** Makes what a failed prompt's rows have looked at as new; they have left already. */
    void clear(PromptInFlight prompt, List<Placement> placements) {
        for (Placement placement : placements) {
            cache.clear(placement.slots());
            if (placement.places().length > 0) {
                cache.sharedPrompts().clear(placement.places());
            }
        }
        sharedPrompts.forget(prompt);
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
                    .mapToInt(Placement::slotPosition)
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
