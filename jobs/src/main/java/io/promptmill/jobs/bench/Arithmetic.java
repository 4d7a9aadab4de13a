package io.promptmill.jobs.bench;

import io.promptmill.checkpoint.Gpt2Config;
import java.util.List;

/**
 * Floating-point operations of a GPT-2's matrix multiplications: 2 for each weight and row, one multiplication and one
 * addition. Attention, norms, activations and the choice of tokens are not counted, nor is anything that padding costs.
 *
 * @param perPosition of all linear layers, for one position:
 *     {@code 2 * layers * (width * 3 width + width * width + 2 * width * inner)}
 * @param perLogits of the head, for one position whose next token is asked for: {@code 2 * width * vocabulary}
 */
record Arithmetic(long perPosition, long perLogits) {
    static Arithmetic of(Gpt2Config config) {
        long width = config.nEmbd();
        long weightsOfLayer = 4 * width * width + 2 * width * config.nInner();
        return new Arithmetic(2L * config.nLayer() * weightsOfLayer, 2 * width * config.vocabSize());
    }

    /**
     * What a prompt needs at least: all its tokens but the last go through the layers once, whatever the number of
     * sequences; then each new token takes one position and its logits.
     */
    double of(Work.Row row) {
        double steps = (double) row.sequences() * row.newTokens();
        return (row.tokens().size() - 1) * (double) perPosition + steps * (perPosition + perLogits);
    }

    /** Of a work for each generated token, prompts included. */
    double perToken(List<Work.Row> rows) {
        double tokens = rows.stream()
                .mapToDouble(row -> (double) row.sequences() * row.newTokens())
                .sum();
        return rows.stream().mapToDouble(this::of).sum() / tokens;
    }

    /** Of one row going through all layers and the head. */
    double ofPass() {
        return (double) perPosition + perLogits;
    }
}
