package io.promptmill.jobs.training;

import io.promptmill.jobs.tokens.Blocks;
import io.promptmill.training.TrainingModel;
import java.util.stream.IntStream;

/** The loss on the held-out data: the mean over all tokens that are predicted, whatever the lengths of the blocks. */
final class Evaluation {
    private Evaluation() {}

    /**
     * Looks at all blocks, in their order.
     *
     * @param batchSize blocks computed at a time
     * @param between called before each batch; what it throws ends the evaluation
     * @return in nats for a token
     */
    static double loss(TrainingModel model, Blocks blocks, int batchSize, Runnable between) {
        double sum = 0;
        long predicted = 0;
        int first = 0;
        while (first < blocks.count()) {
            between.run();
            int end = first + 1;
            while (end < blocks.count() && end < first + batchSize && blocks.length(end) == blocks.length(first)) {
                end++;
            }
            // The first token of a block is predicted by nothing.
            long tokens = (long) (end - first) * (blocks.length(first) - 1);
            sum += model.loss(blocks.batch(IntStream.range(first, end).toArray())) * tokens;
            predicted += tokens;
            first = end;
        }
        return sum / predicted;
    }
}
