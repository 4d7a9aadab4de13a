package io.promptmill.spark.executor;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.PromptMeasure;
import io.promptmill.generation.PromptSize;
import io.promptmill.spark.rows.PromptEngine;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.util.Iterator;
import java.util.function.Consumer;

/** Answers prompts as an engine does that generates nothing for them. Single-threaded; closing it gives the model back. */
final class MeasuringEngine implements PromptEngine {
    private final WarmModels.Lease<ExecutorModels.Warm> lease;
    private final PromptMeasure measure;
    private final Consumer<PromptSize> told;

    private MeasuringEngine(
            WarmModels.Lease<ExecutorModels.Warm> lease, PromptMeasure measure, Consumer<PromptSize> told) {
        this.lease = lease;
        this.measure = measure;
        this.told = told;
    }

    /**
     * Takes a lease on the model.
     *
     * @param told the size of each prompt that is not rejected, when it is answered
     */
    static MeasuringEngine open(ModelBroadcast model, PredictionSettings settings, Consumer<PromptSize> told) {
        WarmModels.Lease<ExecutorModels.Warm> lease = ExecutorModels.acquire(model, TaskDevice.of(settings.device()));
        ExecutorModels.Warm warm = lease.model();
        return new MeasuringEngine(lease, warm.measure(settings), told);
    }

    @Override
    public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return prompts.hasNext();
            }

            @Override
            public PromptResult next() {
                return generateAlone(prompts.next());
            }
        };
    }

    @Override
    public PromptResult generateAlone(Prompt prompt) {
        return measure.measure(prompt, told);
    }

    @Override
    public GenerationStats stats() {
        return GenerationStats.NONE;
    }

    @Override
    public void close() {
        lease.close();
    }
}
