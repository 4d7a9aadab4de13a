package io.promptmill.family;

import java.util.Map;

/** The configuration of one model, as its family read it from config.json. Immutable. */
public interface ModelConfig {
    /** The family that read it. */
    ModelFamily family();

    /** The sizes that config.json gives. An adapter may bring other embeddings: what a checkpoint has counts. */
    ModelShape shape();

    /** Whether the token embeddings are used for the head, too, where the weights hold no other. */
    boolean tieWordEmbeddings();

    /** The tensors that the weights have to hold; the table is made anew each time. */
    TensorTable tensors();

    /**
     * The values of the attributes that are no tensors in the classes of {@link ModelFamily#layersText}, by the attributes'
     * names: whole and decimal numbers, truths, texts, or a list with one for each layer. Those of the {@link #shape} are
     * there for every family.
     */
    Map<String, Object> constants();
}
