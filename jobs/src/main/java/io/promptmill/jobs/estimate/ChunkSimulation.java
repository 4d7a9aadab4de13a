package io.promptmill.jobs.estimate;

import io.promptmill.generation.PromptSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The engine's loop over the prompts of one chunk, without an engine: slots are filled in order, all that are in flight step
 * together, and what ends makes room. Single-threaded, for one chunk.
 */
final class ChunkSimulation {
    private final Costs costs;
    private final int slots;
    private final SequenceLengths lengths;
    private final SplittableRandom random;

    private final PriorityQueue<InFlight> inFlight = new PriorityQueue<>(Comparator.comparingLong(InFlight::end));
    private long step;
    private long rows;
    private double positions;
    private double seconds;

    /** Those who take some rows until a step, and at which position each of these began. */
    private record InFlight(long end, long begin, int rows, int position) {}

    /** How long sequences get: for a prompt and a random number from 0 to 1, how many steps its decoding takes. */
    interface SequenceLengths {
        int steps(PromptSize prompt, double uniform);
    }

    ChunkSimulation(Costs costs, int slots, SequenceLengths lengths, SplittableRandom random) {
        this.costs = costs;
        this.slots = slots;
        this.lengths = lengths;
        this.random = random;
    }

    /** Seconds of a task for prompts in this order. */
    double seconds(List<PromptSize> prompts) {
        Iterator<PromptSize> waiting = prompts.iterator();
        PromptSize starting = null;
        int toStart = 0;
        while (true) {
            List<PromptSize> begun = new ArrayList<>();
            while (toStart > 0 || waiting.hasNext()) {
                if (toStart == 0) {
                    if (rows >= slots) {
                        break;
                    }
                    starting = waiting.next();
                    toStart = starting.decodings();
                }
                if (rows + starting.beams() > slots && rows > 0) {
                    break;
                }
                if (toStart == starting.decodings()) {
                    begun.add(starting);
                }
                start(starting);
                toStart--;
            }
            seconds += costs.ofPrefills(begun);
            if (inFlight.isEmpty()) {
                return seconds + costs.closing();
            }
            stepToNextEnd();
        }
    }

    private void start(PromptSize prompt) {
        int steps = lengths.steps(prompt, random.nextDouble());
        inFlight.add(new InFlight(step + steps, step, prompt.beams(), prompt.tokens()));
        rows += prompt.beams();
        positions += (double) prompt.beams() * prompt.tokens();
        seconds += costs.token() * steps * (prompt.beams() > 1 ? prompt.sequences() : 1);
    }

    private void stepToNextEnd() {
        long end = inFlight.element().end();
        seconds += costs.ofSteps(end - step, rows, positions);
        positions += (double) rows * (end - step);
        step = end;
        while (!inFlight.isEmpty() && inFlight.element().end() == step) {
            InFlight ended = inFlight.remove();
            rows -= ended.rows();
            positions -= ended.rows() * (ended.position() + (double) (step - ended.begin()));
        }
    }
}
