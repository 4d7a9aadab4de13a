package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.family.ModelShape;

/**
 * The memory that a model's weights take once they are loaded, on a CPU as on a GPU: the matrices of its layers and its
 * head as numbers of the precision, and the tokens' embeddings beside them, as they are looked up. Positions, biases, norms
 * and scales are left out: a hundredth of GPT-2, or of whole numbers three. Stateless.
 */
public final class LoadedWeights {
    private LoadedWeights() {}

    /** Of a checkpoint, in bytes. */
    public static long bytes(Checkpoint checkpoint, Precision precision) {
        boolean quantised = precision == Precision.INT8 && checkpoint.isHeadTied();
        String embeddings = checkpoint.config().tensors().embeddings();
        return bytes(
                checkpoint.shape(),
                precision,
                quantised
                        ? precision.bytes()
                        : checkpoint.tensor(embeddings).dataType().bytes());
    }

    /**
     * Of a model that is known by its sizes, in bytes.
     *
     * @param embeddingBytes of a number of the embeddings: as stored or, where they are the head of a model of whole
     *     numbers, one
     */
    public static long bytes(ModelShape shape, Precision precision, int embeddingBytes) {
        long embeddings = (long) shape.vocabulary() * shape.width();
        return shape.linearWeights() * precision.bytes() + embeddings * (precision.bytes() + embeddingBytes);
    }
}
