package io.promptmill.jobs.bench;

import io.promptmill.family.ModelShape;
import java.util.List;

/**
 * Floating-point operations of a model's matrix multiplications: 2 for each weight and row, one multiplication and one
 * addition. Attention, norms, activations and the choice of tokens are not counted, nor is anything that padding costs.
 *
 * @param perPosition of all linear layers, for one position: 2 for each of
 *     {@link ModelShape#linearWeights()}
 * @param perLogits of the head, for one position whose next token is asked for: {@code 2 * width * vocabulary}
 */
record Arithmetic(long perPosition, long perLogits) {
    static Arithmetic of(ModelShape shape) {
        return new Arithmetic(2 * shape.linearWeights(), 2L * shape.width() * shape.vocabulary());
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
