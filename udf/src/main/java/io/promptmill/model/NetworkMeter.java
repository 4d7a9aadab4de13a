package io.promptmill.model;

import io.promptmill.TokenIds;
import io.promptmill.generation.StepBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Looks at a loaded network apart from generating: how fast its matrix multiplications are, and what logits it gives.
 * Single-threaded; closing it does not close the model.
 */
public final class NetworkMeter implements AutoCloseable {
    private final LoadedModel model;
    private final NetworkCaller network;

    /** A meter of a model that stays the caller's to close. */
    public NetworkMeter(LoadedModel model) {
        this.model = model;
        this.network = model.newCaller();
    }

    /**
     * Runs all linear layers and the head, in the arithmetic and on the device of the model, with nothing between them.
     *
     * @param rows of their input
     * @param passes how often
     * @return seconds it took
     */
    public double linearLayersSeconds(int rows, int passes) {
        long start = System.nanoTime();
        network.call("linear_layers", List.of(), (device, host) -> List.of(host.create(new long[] {rows, passes})));
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * The raw logits after each token of a text, from the tokens up to it.
     *
     * @return {@code [tokens][vocabulary]}
     */
    public List<double[]> logits(TokenIds text) {
        int rows = text.size();
        int[] slots = IntStream.range(0, rows).toArray();
        try (TensorSlotCache cache = (TensorSlotCache) model.newSlotCache(rows, rows)) {
            // One slot holds the text; row i of the others looks at its first tokens only.
            cache.prefill(new int[] {0}, 0, List.of(text), rows);
            cache.copy(new int[rows], slots, 0, rows);
            return rows(
                    cache.logits(StepBatch.of(
                            text.stream().asLongStream().toArray(),
                            LongStream.range(0, rows).toArray())),
                    rows);
        }
    }

    /**
     * The raw logits of the token after each prompt.
     *
     * @param prompts of one length, at least 2
     * @return {@code [prompts][vocabulary]}
     */
    public List<double[]> nextTokenLogits(List<TokenIds> prompts) {
        int rows = prompts.size();
        int last = prompts.get(0).size() - 1;
        int[] slots = IntStream.range(0, rows).toArray();
        try (TensorSlotCache cache = (TensorSlotCache) model.newSlotCache(rows, last + 1)) {
            cache.prefill(
                    slots, 0, prompts.stream().map(ids -> ids.slice(0, last)).toList(), last);
            long[] ids = prompts.stream().mapToLong(prompt -> prompt.at(last)).toArray();
            return rows(
                    cache.logits(StepBatch.of(
                            ids, LongStream.generate(() -> last).limit(rows).toArray())),
                    rows);
        }
    }

    /** The rows of a table of logits without what fills them up to whole blocks. */
    private List<double[]> rows(double[] logits, int rows) {
        int width = logits.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row -> Arrays.copyOfRange(logits, row * width, row * width + model.vocabularySize()))
                .toList();
    }

    @Override
    public void close() {
        network.close();
    }
}
