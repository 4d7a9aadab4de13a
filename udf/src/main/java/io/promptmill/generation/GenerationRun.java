package io.promptmill.generation;

import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import io.promptmill.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * The engine's loop: fill free slots from the waiting prompts, prefill them together, step all live slots, take out what
 * has finished, and so on until the next result in order is there. Single-threaded.
 */
final class GenerationRun implements Iterator<PromptResult> {
    /** Positions of a prefill computed at once: bounds the memory of its activations. */
    private static final int PREFILL_POSITIONS = 4096;

    private final Iterator<Prompt> prompts;
    private final CausalLm model;
    private final Tokenizer tokenizer;
    private final EngineSettings settings;
    private final Runnable beforeStep;
    private final StatsCounter stats;
    private final PromptEncoder encoder;
    private final SlotTable slots;
    private final StepBatch batch = new StepBatch();
    private final Deque<InOrder> waitingForResult = new ArrayDeque<>();
    private PromptInFlight starting;
    private SlotCache cache;

    /** A prompt in the order of arrival: in flight, or answered at once. */
    private record InOrder(PromptInFlight inFlight, PromptResult answered) {
        boolean isDone() {
            return answered != null || inFlight.isDone();
        }

        PromptResult result() {
            return answered != null ? answered : inFlight.result();
        }
    }

    GenerationRun(
            Iterator<Prompt> prompts,
            CausalLm model,
            Tokenizer tokenizer,
            EngineSettings settings,
            Runnable beforeStep,
            StatsCounter stats) {
        this.prompts = prompts;
        this.model = model;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.beforeStep = beforeStep;
        this.stats = stats;
        this.encoder = new PromptEncoder(model, tokenizer, settings.onLongPrompt());
        this.slots = new SlotTable(settings.slots());
    }

    @Override
    public boolean hasNext() {
        return !waitingForResult.isEmpty() || prompts.hasNext();
    }

    @Override
    public PromptResult next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        while (waitingForResult.isEmpty() || !waitingForResult.peek().isDone()) {
            fillSlots();
            if (!slots.live().isEmpty()) {
                step();
            }
        }
        PromptResult result = waitingForResult.remove().result();
        stats.returned(result);
        return result;
    }

    void close() {
        if (cache != null) {
            cache.close();
        }
    }

    // ---- filling slots ----

    private void fillSlots() {
        boolean inFlight = !slots.live().isEmpty();
        List<SlotTable.Entry> placed = new ArrayList<>();
        while (findStarting() && startsNow()) {
            placed.add(slots.place(starting.startNext()));
        }
        if (placed.isEmpty()) {
            closeHoles();
            return;
        }
        if (inFlight) {
            stats.refilled(placed.size());
        }
        ensureCapacity(placed);
        computePrompts(placed);
        closeHoles();
    }

    /** Makes {@code starting} a prompt with sequences to start, reading on where the last one has none. */
    private boolean findStarting() {
        while (starting == null || starting.rowsToStart() == 0) {
            if (slots.freeRows() == 0 || !prompts.hasNext()) {
                return false;
            }
            starting = admit(prompts.next());
        }
        return true;
    }

    private PromptInFlight admit(Prompt prompt) {
        try {
            EncodedPrompt encoded = encoder.encode(prompt);
            PromptInFlight inFlight = new PromptInFlight(encoded, tokenizer, settings, model.vocabularySize());
            waitingForResult.add(new InOrder(inFlight, null));
            return inFlight;
        } catch (RejectedPromptException e) {
            waitingForResult.add(new InOrder(null, PromptResult.rejected(prompt.id(), e.problem())));
            return null;
        }
    }

    /** Whether the next decoding has room; beams more than there are slots make room as soon as all are free. */
    private boolean startsNow() {
        int rows = starting.rowsToStart();
        slots.grow(rows);
        return rows <= slots.freeRows();
    }

    private void ensureCapacity(List<SlotTable.Entry> placed) {
        int positions = placed.stream()
                .mapToInt(entry -> entry.decoding().prompt().encoded().positions())
                .max()
                .orElseThrow();
        if (cache == null) {
            cache = model.newSlotCache(slots.size(), positions);
        } else {
            cache.ensureCapacity(slots.size(), positions);
        }
    }

    /** Brings the prompts' tokens into their new slots: computed once for a prompt, copied to its other sequences. */
    private void computePrompts(List<SlotTable.Entry> placed) {
        Map<Integer, List<SlotTable.Entry>> byLength = new TreeMap<>();
        List<SlotTable.Entry> copies = new ArrayList<>();
        for (SlotTable.Entry entry : placed) {
            PromptInFlight prompt = entry.decoding().prompt();
            if (slots.slotWith(prompt) < 0) {
                slots.holds(new int[] {entry.slots()[0]}, prompt);
                byLength.computeIfAbsent(prompt.encoded().paddedPrefillLength(), length -> new ArrayList<>())
                        .add(entry);
            }
            copies.add(entry);
        }
        byLength.forEach(this::prefill);
        copies.forEach(this::copyPrompt);
        remember(placed);
    }

    /** Only prompts of one padded length are computed together, so that a prompt's shape is its own affair. */
    private void prefill(int paddedLength, List<SlotTable.Entry> entries) {
        int together = Math.max(1, paddedLength == 0 ? entries.size() : PREFILL_POSITIONS / paddedLength);
        for (int from = 0; from < entries.size(); from += together) {
            List<SlotTable.Entry> group = entries.subList(from, Math.min(entries.size(), from + together));
            List<TokenIds> tokens = group.stream()
                    .map(entry -> entry.decoding().prompt().encoded().prefillTokens())
                    .toList();
            if (paddedLength > 0) {
                cache.prefill(group.stream().mapToInt(entry -> entry.slots()[0]).toArray(), tokens, paddedLength);
            }
            stats.prefilled(tokens, paddedLength);
        }
    }

    private void copyPrompt(SlotTable.Entry entry) {
        PromptInFlight prompt = entry.decoding().prompt();
        int source = slots.slotWith(prompt);
        int[] targets = Arrays.stream(entry.slots())
                .filter(slot -> !slots.isHolding(slot, prompt))
                .toArray();
        int length = prompt.encoded().tokens().size() - 1;
        if (targets.length > 0 && length > 0) {
            int[] sources = new int[targets.length];
            Arrays.fill(sources, source);
            cache.copy(sources, targets, 0, length);
        }
        slots.holds(entry.slots(), prompt);
    }

    private void remember(List<SlotTable.Entry> placed) {
        List<TokenIds> tokens = new ArrayList<>();
        for (SlotTable.Entry entry : placed) {
            for (int row = 0; row < entry.slots().length; row++) {
                tokens.add(entry.decoding().prompt().encoded().tokens());
            }
        }
        cache.remember(
                placed.stream()
                        .flatMapToInt(entry -> Arrays.stream(entry.slots()))
                        .toArray(),
                tokens);
    }

    private void closeHoles() {
        List<SlotTable.Move> moves = slots.compact();
        if (!moves.isEmpty()) {
            int positions = slots.live().stream()
                    .mapToInt(entry -> entry.decoding().position())
                    .max()
                    .orElseThrow();
            cache.copy(
                    moves.stream().mapToInt(SlotTable.Move::from).toArray(),
                    moves.stream().mapToInt(SlotTable.Move::to).toArray(),
                    0,
                    positions);
        }
    }

    // ---- stepping ----

    private void step() {
        beforeStep.run();
        batch.start(slots.liveRows());
        for (SlotTable.Entry entry : slots.live()) {
            for (int row = 0; row < entry.slots().length; row++) {
                entry.decoding().describe(row, entry.slots()[row], batch);
            }
        }
        StepResult result = cache.step(batch);
        stats.stepped(batch.rows());
        for (SlotTable.Entry entry : List.copyOf(slots.live())) {
            if (slots.live().contains(entry)) {
                accept(entry, result);
            }
        }
    }

    private void accept(SlotTable.Entry entry, StepResult result) {
        Decoding decoding = entry.decoding();
        decoding.accept(result, entry.slots());
        if (decoding.hasFailed()) {
            giveUp(decoding.prompt());
        } else if (decoding.isFinished()) {
            decoding.prompt().complete(decoding);
            slots.remove(entry);
        } else if (decoding.parents() != null) {
            reorder(entry);
        }
    }

    /** One failed sequence fails its prompt, and nobody else. */
    private void giveUp(PromptInFlight prompt) {
        prompt.fail(new Problem(
                "no_valid_token",
                "the logits of a sequence were not finite, or no token was left to choose",
                "the model's weights overflow on this prompt, or every token is banned",
                "check the weights and the banned tokens, then generate the row again"));
        for (SlotTable.Entry entry : List.copyOf(slots.live())) {
            if (entry.decoding().prompt() == prompt) {
                cache.clear(entry.slots());
                slots.remove(entry);
            }
        }
        slots.forget(prompt);
    }

    /** Lets each beam continue the cache of its parent: beams share the prompt, so only what came after is copied. */
    private void reorder(SlotTable.Entry entry) {
        int[] parents = entry.decoding().parents();
        List<Integer> changed = new ArrayList<>();
        for (int row = 0; row < parents.length; row++) {
            if (parents[row] != row) {
                changed.add(row);
            }
        }
        int from = entry.decoding().prompt().encoded().tokens().size();
        if (!changed.isEmpty() && from < entry.decoding().position()) {
            int[] all = entry.slots();
            cache.copy(
                    changed.stream().mapToInt(row -> all[parents[row]]).toArray(),
                    changed.stream().mapToInt(row -> all[row]).toArray(),
                    from,
                    entry.decoding().position());
        }
    }
}
