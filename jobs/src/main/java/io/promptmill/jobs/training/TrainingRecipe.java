package io.promptmill.jobs.training;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.training.AdamW;
import io.promptmill.training.LearningRateSchedule;
import java.io.Serializable;

/**
 * How a model is trained, in numbers: the settings where it is known how much data there is. Immutable; travels with the
 * task.
 *
 * @param steps which blocks each step trains on
 * @param schedule learning rates
 * @param adamW the optimizer
 * @param seed of dropout
 * @param loggingSteps from one line of metrics to the next
 * @param evalSteps from one evaluation to the next
 * @param saveSteps from one checkpoint to the next
 * @param keptCheckpoints newest checkpoints that are kept
 * @param patience evaluations without gain that end the training
 * @param weightsAtEnd those that the version has
 * @param weights their type
 * @param samples texts at each evaluation
 * @param samplePrompt what they continue
 */
public record TrainingRecipe(
        StepPlan steps,
        LearningRateSchedule schedule,
        AdamW adamW,
        long seed,
        int loggingSteps,
        long evalSteps,
        int saveSteps,
        long keptCheckpoints,
        long patience,
        WeightsAtEnd weightsAtEnd,
        DataType weights,
        int samples,
        String samplePrompt)
        implements Serializable {
    /** Which weights a version has. */
    public enum WeightsAtEnd {
        /** Those after the last step. */
        LAST,
        /** Those of the lowest loss on the held-out data. */
        BEST
    }
}
