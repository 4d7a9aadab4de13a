package io.promptmill.jobs.estimate;

import io.promptmill.generation.PromptSize;
import io.promptmill.jobs.output.ChunkPlan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The chunks of a run on a cluster: each takes the time that its prompts take in one task, and the next chunk goes to the
 * task that is free first.
 *
 * @param plan which prompt is in which chunk
 * @param missing the chunks to be computed
 * @param tasks at the same time
 * @param costs of one task
 * @param slots of one task
 */
record RunSimulation(ChunkPlan plan, BitSet missing, int tasks, Costs costs, int slots) {
    /** More are not simulated one by one. */
    private static final long MOST_DECODINGS = 4_000_000;

    /**
     * Seconds from the first chunk's begin to the last one's end.
     *
     * @param drawn prompts in order of their ids, all or an even draw of them
     * @param prompts how many there are
     */
    double seconds(List<MeasuredPrompt> drawn, long prompts, ChunkSimulation.SequenceLengths lengths) {
        if (drawn.isEmpty()) {
            return 0;
        }
        List<List<PromptSize>> chunks = drawn.size() == prompts ? chunksOf(drawn) : chunksLike(drawn, prompts);
        SplittableRandom random = new SplittableRandom(0);
        List<Double> simulated = chunks.stream()
                .map(chunk -> new ChunkSimulation(costs, slots, lengths, random.split()).seconds(chunk))
                .toList();
        PriorityQueue<Double> free = new PriorityQueue<>(Collections.nCopies(tasks, 0.0));
        double end = 0;
        for (int chunk = 0; chunk < missing.cardinality(); chunk++) {
            double done = free.remove() + simulated.get(chunk % simulated.size());
            free.add(done);
            end = Math.max(end, done);
        }
        return end;
    }

    private List<List<PromptSize>> chunksOf(List<MeasuredPrompt> prompts) {
        List<List<PromptSize>> chunks = new ArrayList<>();
        int[] places = new int[plan.chunks()];
        missing.stream().forEach(chunk -> {
            places[chunk] = chunks.size();
            chunks.add(new ArrayList<>());
        });
        prompts.forEach(prompt -> chunks.get(places[plan.chunkOf(prompt.id())]).add(prompt.size()));
        return chunks;
    }

    /** Some chunks of their mean size, with prompts that are spread over all. */
    private List<List<PromptSize>> chunksLike(List<MeasuredPrompt> drawn, long prompts) {
        int all = missing.cardinality();
        long size = Math.max(1, Math.round((double) prompts / all));
        double decodings = drawn.stream()
                .mapToInt(prompt -> prompt.size().decodings())
                .average()
                .orElse(1);
        int some = (int) Math.max(1, Math.min(all, MOST_DECODINGS / (size * decodings)));
        List<List<PromptSize>> chunks = new ArrayList<>();
        for (int chunk = 0; chunk < some; chunk++) {
            List<PromptSize> sizes = new ArrayList<>();
            for (long i = 0; i < size; i++) {
                int from = (int) ((i + (double) chunk / some) * drawn.size() / size);
                sizes.add(drawn.get(from).size());
            }
            chunks.add(sizes);
        }
        return chunks;
    }
}
