package io.promptmill.generation;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.tokenizer.Tokenizer;
import java.util.Iterator;

/** Continues prompts. Not thread-safe: one engine belongs to one thread. */
public final class GenerationEngine implements AutoCloseable {
    /**
     * An engine over a model.
     *
     * @param tokenizer null where prompts are token ids and no text is wanted
     */
    public GenerationEngine(CausalLm model, Tokenizer tokenizer, EngineSettings settings) {
        throw new UnsupportedOperationException();
    }

    /** One result per prompt, in the order of the prompts; lazy, reads ahead as far as slots are free. */
    public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
        throw new UnsupportedOperationException();
    }

    public GenerationStats stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
