package io.promptmill.spark.executor;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.rows.PromptEngine;
import java.util.Iterator;

/** An engine whose prompts are shortened and whose results are looked at. Single-threaded. */
final class RehearsingEngine implements PromptEngine {
    private final LeasedEngine engine;
    private final int slots;
    private final int mostNewTokens;
    private final Rehearsal rehearsal;

    /** Over an engine, which is closed with this one. */
    RehearsingEngine(LeasedEngine engine, int slots, int mostNewTokens, Rehearsal rehearsal) {
        this.engine = engine;
        this.slots = slots;
        this.mostNewTokens = mostNewTokens;
        this.rehearsal = rehearsal;
    }

    @Override
    public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
        Iterator<PromptResult> results = engine.generate(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return prompts.hasNext();
            }

            @Override
            public Prompt next() {
                return shortened(prompts.next());
            }
        });
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return results.hasNext();
            }

            @Override
            public PromptResult next() {
                return seen(results.next());
            }
        };
    }

    @Override
    public PromptResult generateAlone(Prompt prompt) {
        return seen(engine.generateAlone(shortened(prompt)));
    }

    private Prompt shortened(Prompt prompt) {
        return engine.measure().shortened(prompt, mostNewTokens, slots);
    }

    private PromptResult seen(PromptResult result) {
        rehearsal.answered(result);
        return result;
    }

    @Override
    public GenerationStats stats() {
        return engine.stats();
    }

    @Override
    public void close() {
        engine.close();
    }
}
