package io.promptmill.generation;

/** A causal language model as the engine sees it. */
public interface CausalLm {
    /** Token ids are below this. */
    int vocabularySize();

    /** Prompt and new tokens together are at most this many. */
    int maxPositions();
}
