package io.promptmill.generation;

import io.promptmill.Amount;
import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The engine's loop: fill free slots from the waiting prompts, prefill them together, step all live slots, take out what
 * has finished, and so on until the next result in order is there. Single-threaded.
 */
final class GenerationRun implements Iterator<PromptResult> {
    private final Iterator<Prompt> prompts;
    private final CausalLm model;
    private final Tokenizer tokenizer;
    private final EngineSettings settings;
    private final Runnable beforeStep;
    private final StatsCounter stats;
    private final PromptEncoder encoder;
    private final StepBatch batch = new StepBatch();
    private final Deque<InOrder> waitingForResult = new ArrayDeque<>();
    /** Prompts in flight that lost sequences and have to start them again, before any new prompt is admitted. */
    private final Deque<PromptInFlight> startingAgain = new ArrayDeque<>();

    private SlotTable slots;
    private SlotLoader loader;
    private PromptInFlight starting;

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
        haveSlots(settings.slots());
    }

    private void haveSlots(int number) {
        slots = new SlotTable(number);
        loader = new SlotLoader(model, slots, stats);
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
            try {
                fillSlots();
                if (!slots.live().isEmpty()) {
                    step();
                }
            } catch (OutOfNativeMemoryException e) {
                needLessMemory(e);
            }
        }
        PromptResult result = waitingForResult.remove().result();
        stats.returned(result);
        return result;
    }

    void close() {
        loader.close();
    }

    // ---- filling slots ----

    private void fillSlots() {
        boolean inFlight = !slots.live().isEmpty();
        List<Placement> placed = new ArrayList<>();
        while (findStarting() && startsNow()) {
            placed.add(slots.place(starting.startNext()));
        }
        if (inFlight) {
            stats.refilled(placed.size());
        }
        loader.load(placed);
        loader.closeHoles();
    }

    /** Makes {@code starting} a prompt with sequences to start, reading on where the last one has none. */
    private boolean findStarting() {
        while (starting == null || starting.rowsToStart() == 0) {
            if (slots.freeRows() == 0 || (startingAgain.isEmpty() && !prompts.hasNext())) {
                return false;
            }
            starting = startingAgain.isEmpty() ? admit(prompts.next()) : startingAgain.remove();
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

    // ---- memory ----

    /**
     * Goes on with half the slots; what was in flight is computed again from its prompts. A prompt that has all memory
     * for itself and still finds none fails.
     */
    private void needLessMemory(OutOfNativeMemoryException why) {
        List<Placement> lost = List.copyOf(slots.live());
        if (lost.isEmpty()) {
            throw why;
        }
        loader.close();
        if (lost.size() == 1 && lost.get(0).slots().length == slots.size()) {
            lost.get(0).prompt().fail(outOfMemory(lost.get(0)));
            haveSlots(slots.size());
        } else {
            haveSlots(Math.max(1, slots.size() / 2));
            stats.halved();
        }
        lost.forEach(placement -> placement.prompt().startAgain(placement.decoding()));
        startingAgain.clear();
        waitingForResult.stream()
                .map(InOrder::inFlight)
                .filter(prompt -> prompt != null && prompt.rowsToStart() > 0)
                .forEach(startingAgain::add);
        starting = null;
    }

    private static Problem outOfMemory(Placement alone) {
        return new Problem(
                "out_of_memory",
                "the prompt has " + Amount.of(alone.prompt().encoded().tokens().size(), "token")
                        + " and its sequences take " + Amount.of(alone.slots().length, "slot"),
                "there was no native memory for it, even with nothing else in flight",
                "give executors more memory outside of the heap (spark.executor.memoryOverhead), or fewer tasks at once,"
                        + " then generate the row again");
    }

    // ---- stepping ----

    private void step() {
        beforeStep.run();
        List<Placement> placements = List.copyOf(slots.live());
        batch.start(slots.liveRows(), stepsAhead(), loader.sharedPlaces());
        for (Placement placement : placements) {
            for (int row = 0; row < placement.slots().length; row++) {
                placement.decoding().writeRow(row, placement.slots()[row], batch);
            }
            placement.writePlaces(batch);
        }
        for (StepResult result : loader.cache().step(batch)) {
            stats.stepped(slots.liveRows(), batch.rows(), slots.size());
            for (Placement placement : placements) {
                if (slots.live().contains(placement)) {
                    accept(placement, result);
                } else {
                    discard(placement, result);
                }
            }
        }
    }

    /** How many steps are computed before their tokens are looked at. */
    private int stepsAhead() {
        return slots.live().stream()
                .mapToInt(placement -> placement.decoding().stepsAhead())
                .reduce(model.stepsPerCall(), Math::min);
    }

    /** What is computed of a sequence after its end is thrown away; what is not finite must not stay in its slot. */
    private void discard(Placement ended, StepResult result) {
        if (Arrays.stream(ended.slots()).anyMatch(slot -> !result.isValid(slot))) {
            loader.cache().clear(ended.slots());
        }
    }

    private void accept(Placement placement, StepResult result) {
        Decoding decoding = placement.decoding();
        decoding.accept(result, placement.slots());
        if (decoding.hasFailed()) {
            giveUp(decoding);
        } else if (decoding.isFinished()) {
            decoding.prompt().complete(decoding);
            remove(placement);
        } else if (decoding.parents() != null) {
            reorder(placement);
        }
    }

    private void remove(Placement placement) {
        slots.remove(placement);
        loader.leave(placement);
    }

    /** One sequence that cannot go on ends its prompt, and nobody else. */
    private void giveUp(Decoding decoding) {
        PromptInFlight prompt = decoding.prompt();
        if (decoding.bansEveryToken(model.vocabularySize())) {
            prompt.reject(PromptEncoder.everyTokenBanned());
        } else {
            prompt.fail(new Problem(
                    "no_valid_token",
                    "the logits of a sequence were not finite, or no token was left to choose",
                    "the model's weights overflow on this prompt, or a penalty does",
                    "check the weights and the penalties, then generate the row again"));
        }
        List<Placement> itsPlacements = slots.live().stream()
                .filter(placement -> placement.prompt() == prompt)
                .toList();
        itsPlacements.forEach(this::remove);
        loader.clear(prompt, itsPlacements);
    }

    /** Lets each beam continue the cache of its parent: beams share the prompt, so only what came after is copied. */
    private void reorder(Placement placement) {
        int[] parents = placement.decoding().parents();
        List<Integer> changed = new ArrayList<>();
        for (int row = 0; row < parents.length; row++) {
            if (parents[row] != row) {
                changed.add(row);
            }
        }
        EncodedPrompt prompt = placement.prompt().encoded();
        int from = prompt.tokens().size() - prompt.slotStart();
        if (!changed.isEmpty() && from < placement.slotPosition()) {
            int[] all = placement.slots();
            loader.cache()
                    .copy(
                            changed.stream().mapToInt(row -> all[parents[row]]).toArray(),
                            changed.stream().mapToInt(row -> all[row]).toArray(),
                            from,
                            placement.slotPosition());
        }
    }
}
