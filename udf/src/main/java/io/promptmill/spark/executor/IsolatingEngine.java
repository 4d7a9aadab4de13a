package io.promptmill.spark.executor;

import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.executor.AttemptJournal.InFlight;
import io.promptmill.spark.rows.PromptEngine;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * An engine for a repeated attempt at a partition, which finds the prompt that ends its process. It notes in a journal
 * which prompts are in flight. Those that were in flight when an earlier attempt was lost are computed alone, and a prompt
 * that is lost even so fails. All others are computed together, as always; since it may have been their memory that ended
 * the process, in a quarter of the slots after one such loss and in a sixteenth after more. Single-threaded.
 */
final class IsolatingEngine implements PromptEngine {
    /** Prompts noted at a time: each note is a file written to a store. */
    static final int NOTED_TOGETHER = 32;

    private static final int LOSSES_TO_GIVE_UP = 2;

    private final PromptEngine engine;
    private final AttemptJournal journal;
    private final List<InFlight> lost;

    /** Prompts noted and not given to the engine yet. */
    private final Deque<Prompt> noted = new ArrayDeque<>();
    /** Ids of prompts given to the engine and not answered yet; it answers in order. */
    private final Deque<String> unanswered = new ArrayDeque<>();

    private Iterator<Prompt> source = Collections.emptyIterator();
    private Iterator<PromptResult> results = Collections.emptyIterator();
    /** The first prompt that is not noted; null where it has not been read or there is none. */
    private Prompt upcoming;

    /** What is done with a prompt. */
    private enum Treatment {
        COMPUTED_TOGETHER,
        COMPUTED_ALONE,
        GIVEN_UP
    }

    /**
     * An engine that isolates prompts.
     *
     * @param engine closed with this one
     * @param lost what was in flight in attempts that were lost
     * @param journal where this one notes what is in flight
     */
    IsolatingEngine(PromptEngine engine, List<InFlight> lost, AttemptJournal journal) {
        this.engine = engine;
        this.lost = lost;
        this.journal = journal;
    }

    /** One over the executor's shared model. */
    static IsolatingEngine open(
            ModelBroadcast model,
            PredictionSettings settings,
            AttemptJournal journal,
            Consumer<GenerationStats> beforeStep) {
        List<InFlight> lost = journal.lost();
        int slots = slots(settings.engine().slots(), lost);
        return new IsolatingEngine(LeasedEngine.open(model, settings.withSlots(slots), beforeStep), lost, journal);
    }

    /** The slots that are left after such losses; those of prompts that were alone tell nothing about slots. */
    static int slots(int slots, List<InFlight> lost) {
        long losses = lost.stream().filter(inFlight -> !inFlight.alone()).count();
        return losses == 0 ? slots : Math.max(1, slots / (losses == 1 ? 4 : 16));
    }

    @Override
    public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
        source = prompts;
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return results.hasNext() || hasUpcoming();
            }

            @Override
            public PromptResult next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return results.hasNext() ? nextOfMany() : startUpcoming();
            }
        };
    }

    @Override
    public PromptResult generateAlone(Prompt prompt) {
        return ProcessLock.alone(() -> {
            journal.note(InFlight.alone(prompt.id()));
            try {
                return engine.generateAlone(prompt);
            } finally {
                journal.note(InFlight.NOTHING);
            }
        });
    }

    @Override
    public GenerationStats stats() {
        return engine.stats();
    }

    @Override
    public void close() {
        engine.close();
    }

    private PromptResult startUpcoming() {
        results = Collections.emptyIterator();
        return switch (treatment(upcoming)) {
            case GIVEN_UP -> givenUp(takeUpcoming().id());
            case COMPUTED_ALONE -> generateAlone(takeUpcoming());
            case COMPUTED_TOGETHER -> {
                results = engine.generate(new PromptsTogether());
                yield nextOfMany();
            }
        };
    }

    private PromptResult nextOfMany() {
        PromptResult result = results.next();
        unanswered.remove();
        if (unanswered.isEmpty() && noted.isEmpty()) {
            journal.note(InFlight.NOTHING);
        }
        return result;
    }

    /** Reads on if need be. */
    private boolean hasUpcoming() {
        if (upcoming == null && source.hasNext()) {
            upcoming = source.next();
        }
        return upcoming != null;
    }

    private Prompt takeUpcoming() {
        Prompt taken = upcoming;
        upcoming = null;
        return taken;
    }

    private Treatment treatment(Prompt prompt) {
        List<InFlight> losses = lossesOf(prompt.id());
        if (losses.size() >= LOSSES_TO_GIVE_UP && losses.stream().anyMatch(InFlight::alone)) {
            return Treatment.GIVEN_UP;
        }
        return losses.isEmpty() ? Treatment.COMPUTED_TOGETHER : Treatment.COMPUTED_ALONE;
    }

    private List<InFlight> lossesOf(String promptId) {
        return lost.stream()
                .filter(inFlight -> inFlight.promptIds().contains(promptId))
                .toList();
    }

    private PromptResult givenUp(String promptId) {
        return PromptResult.failed(
                promptId,
                new Problem(
                        "ends_its_executor",
                        lossesOf(promptId).size()
                                + " executors ended while this row was computed, one of them with no other row beside it",
                        "it crashes or hangs native code, or needs more memory than an executor has",
                        "give executors more memory outside of the heap (spark.executor.memoryOverhead), then generate the"
                                + " row again"));
    }

    /** What the engine computes at once: all up to the next prompt that is treated otherwise. */
    private final class PromptsTogether implements Iterator<Prompt> {
        @Override
        public boolean hasNext() {
            return !noted.isEmpty() || hasUpcomingOfMany();
        }

        @Override
        public Prompt next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (noted.isEmpty()) {
                noteMore();
            }
            unanswered.add(noted.element().id());
            return noted.remove();
        }

        private boolean hasUpcomingOfMany() {
            return hasUpcoming() && treatment(upcoming) == Treatment.COMPUTED_TOGETHER;
        }

        private void noteMore() {
            List<String> inFlight = new ArrayList<>(unanswered);
            while (noted.size() < NOTED_TOGETHER && hasUpcomingOfMany()) {
                inFlight.add(upcoming.id());
                noted.add(takeUpcoming());
            }
            journal.note(InFlight.together(inFlight));
        }
    }
}
