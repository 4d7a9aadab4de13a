package io.promptmill.spark.executor;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.PromptMeasure;
import io.promptmill.spark.rows.Prediction;
import io.promptmill.spark.rows.PromptEngine;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.util.Iterator;
import java.util.function.Consumer;

/** An engine of one task over the executor's shared model. Single-threaded; closing it gives the model back. */
final class LeasedEngine implements PromptEngine {
    private final WarmModels.Lease<ExecutorModels.Warm> lease;
    private final GenerationEngine engine;
    private final PromptMeasure measure;

    private LeasedEngine(WarmModels.Lease<ExecutorModels.Warm> lease, GenerationEngine engine, PromptMeasure measure) {
        this.lease = lease;
        this.engine = engine;
        this.measure = measure;
    }

    /**
     * Takes a lease on the model, which is loaded first where this JVM does not have it yet.
     *
     * @param beforeStep told what the engine has done so far
     */
    static LeasedEngine open(ModelBroadcast model, PredictionSettings settings, Consumer<GenerationStats> beforeStep) {
        String device = TaskDevice.of(settings.device());
        WarmModels.Lease<ExecutorModels.Warm> lease = ExecutorModels.acquire(model, device);
        try {
            ExecutorModels.Warm warm = lease.model();
            return new LeasedEngine(
                    lease,
                    new GenerationEngine(warm.model(), warm.tokenizer(), settings.engine(), stats -> {
                        Prediction.stopIfKilled();
                        beforeStep.accept(stats);
                    }),
                    warm.measure(settings));
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    @Override
    public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
        Iterator<PromptResult> results = engine.generate(prompts);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return results.hasNext();
            }

            @Override
            public PromptResult next() {
                return ProcessLock.together(results::next);
            }
        };
    }

    @Override
    public PromptResult generateAlone(Prompt prompt) {
        return ProcessLock.together(() -> engine.generateAlone(prompt));
    }

    /** What it makes of prompts before it generates. */
    PromptMeasure measure() {
        return measure;
    }

    @Override
    public GenerationStats stats() {
        return engine.stats();
    }

    @Override
    public void close() {
        try {
            engine.close();
        } finally {
            lease.close();
        }
    }
}
