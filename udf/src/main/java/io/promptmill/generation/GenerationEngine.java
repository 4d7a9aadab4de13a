package io.promptmill.generation;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.tokenizer.Tokenizer;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Continues prompts, many sequences at a time: a slot that becomes free is filled at once (continuous batching). What is
 * generated for a prompt depends on the prompt, its settings and the seed, never on the prompts beside it. Not
 * thread-safe: one engine belongs to one thread; closing it frees the cache, not the model.
 */
public final class GenerationEngine implements AutoCloseable {
    private final CausalLm model;
    private final Tokenizer tokenizer;
    private final EngineSettings settings;
    private final Consumer<GenerationStats> beforeStep;
    private final StatsCounter stats = new StatsCounter();
    private GenerationRun run;

    /**
     * An engine over a model.
     *
     * @param model stays the caller's to close
     * @param tokenizer stays the caller's to close; null where prompts are token ids and no text is wanted
     */
    public GenerationEngine(CausalLm model, Tokenizer tokenizer, EngineSettings settings) {
        this(model, tokenizer, settings, stats -> {});
    }

    /**
     * An engine that tells before each call of the network for a step, or for a few, what it has done so far.
     *
     * @param beforeStep ends the run by what it throws, e.g. because the task was killed
     */
    public GenerationEngine(
            CausalLm model, Tokenizer tokenizer, EngineSettings settings, Consumer<GenerationStats> beforeStep) {
        this.model = Objects.requireNonNull(model, "model");
        this.tokenizer = tokenizer;
        this.settings = Objects.requireNonNull(settings, "settings");
        this.beforeStep = Objects.requireNonNull(beforeStep, "beforeStep");
    }

    /**
     * Continues prompts; an earlier run of this engine ends.
     *
     * @param prompts read on as far as slots are free, in the thread that asks for results
     * @return one result per prompt, in the order of the prompts
     */
    public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
        return generate(prompts, settings.slots());
    }

    /** The result of one prompt in no more slots than it has sequences; an earlier run of this engine ends. */
    public PromptResult generateAlone(Prompt prompt) {
        int slots = Math.min(settings.slots(), prompt.config().numReturnSequences());
        try {
            return generate(List.of(prompt).iterator(), slots).next();
        } finally {
            close();
        }
    }

    private Iterator<PromptResult> generate(Iterator<Prompt> prompts, int slots) {
        close();
        run = new GenerationRun(prompts, model, tokenizer, settings.withSlots(slots), this::tell, stats);
        return run;
    }

    private void tell() {
        beforeStep.accept(stats());
    }

    /** What has been done so far, by all runs of this engine. */
    public GenerationStats stats() {
        return stats.stats();
    }

    @Override
    public void close() {
        if (run != null) {
            run.close();
            run = null;
        }
    }
}
