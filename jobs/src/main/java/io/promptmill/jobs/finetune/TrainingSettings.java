package io.promptmill.jobs.finetune;

import io.promptmill.OptionWord;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.family.Dropout;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.training.StepPlan;
import io.promptmill.jobs.training.StepPlan.BlockSequence;
import io.promptmill.jobs.training.TrainingRecipe;
import io.promptmill.jobs.training.TrainingRecipe.WeightsAtEnd;
import io.promptmill.training.AdamW;
import io.promptmill.training.LearningRateSchedule;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How a model is trained, as it is asked for.
 *
 * @param learningRate the highest
 * @param schedulerType how it falls
 * @param warmupSteps in which it rises
 * @param adamW the optimizer
 * @param batchSize blocks computed at a time
 * @param accumulation batches of a step
 * @param epochs how often all blocks are trained on
 * @param maxSteps in the place of epochs
 * @param blockSize tokens of a block; empty for {@code auto}
 * @param sequence of the blocks
 * @param dropout empty for what config.json says
 * @param attnPdrop empty for what {@code dropout} says
 * @param seed keys all that is random
 * @param loggingSteps from one line of metrics to the next
 * @param evalSteps from one evaluation to the next; empty for {@code auto}
 * @param saveSteps from one checkpoint to the next
 * @param saveTotalLimit newest checkpoints that are kept; empty for all
 * @param patience evaluations without gain that end the training; empty for any number
 * @param weightsAtEnd those that the version has
 * @param products how matrices are multiplied
 * @param torchDtype of the version's weights
 * @param samples texts at each evaluation
 * @param samplePrompt what they continue
 */
record TrainingSettings(
        double learningRate,
        LearningRateSchedule.Type schedulerType,
        int warmupSteps,
        AdamW adamW,
        int batchSize,
        int accumulation,
        double epochs,
        OptionalLong maxSteps,
        OptionalInt blockSize,
        BlockSequence sequence,
        OptionalDouble dropout,
        OptionalDouble attnPdrop,
        long seed,
        int loggingSteps,
        OptionalInt evalSteps,
        int saveSteps,
        OptionalLong saveTotalLimit,
        OptionalLong patience,
        WeightsAtEnd weightsAtEnd,
        Products products,
        TorchDtype torchDtype,
        int samples,
        String samplePrompt) {
    /** More than any run takes, and far from where sums of steps overflow. */
    private static final int MAX_COUNT = 1 << 24;

    private static final int MAX_SAMPLES = 100;

    /** Evaluations of a run where nobody says how many. */
    private static final int EVALUATIONS = 10;

    /** How matrices are multiplied. */
    enum Products {
        FLOAT32,
        BFLOAT16
    }

    /** Type of the numbers in a version's weights; named as in config.json. */
    enum TorchDtype {
        FLOAT32(DataType.F32),
        FLOAT16(DataType.F16),
        BFLOAT16(DataType.BF16);

        private final DataType stored;

        TorchDtype(DataType stored) {
            this.stored = stored;
        }

        DataType stored() {
            return stored;
        }
    }

    static TrainingSettings read(OptionReader read) throws RefusalException {
        return new TrainingSettings(
                read.decimal(FinetuneOption.LEARNING_RATE, 0, 1),
                read.choice(FinetuneOption.LR_SCHEDULER_TYPE, LearningRateSchedule.Type.class),
                read.wholeNumber(FinetuneOption.WARMUP_STEPS, 0, MAX_COUNT),
                AdamW.DEFAULTS
                        .withWeightDecay(read.decimal(FinetuneOption.WEIGHT_DECAY, 0, 1))
                        .withMaxGradNorm(read.decimal(FinetuneOption.MAX_GRAD_NORM, 0, 1e9)),
                read.wholeNumber(FinetuneOption.PER_DEVICE_TRAIN_BATCH_SIZE, 1, MAX_COUNT),
                read.wholeNumber(FinetuneOption.GRADIENT_ACCUMULATION_STEPS, 1, MAX_COUNT),
                read.decimal(FinetuneOption.NUM_TRAIN_EPOCHS, 0.001, MAX_COUNT),
                read.countOrNone(FinetuneOption.MAX_STEPS),
                read.countOrAuto(FinetuneOption.BLOCK_SIZE, MAX_COUNT),
                read.flag(FinetuneOption.SHUFFLE) ? BlockSequence.SHUFFLED : BlockSequence.AS_GIVEN,
                read.decimalOrAuto(FinetuneOption.DROPOUT, 0, 0.999),
                read.decimalOrAuto(FinetuneOption.ATTN_PDROP, 0, 0.999),
                read.wholeNumber(FinetuneOption.SEED),
                read.wholeNumber(FinetuneOption.LOGGING_STEPS, 1, MAX_COUNT),
                read.countOrAuto(FinetuneOption.EVAL_STEPS, MAX_COUNT),
                read.wholeNumber(FinetuneOption.SAVE_STEPS, 1, MAX_COUNT),
                read.countOrNone(FinetuneOption.SAVE_TOTAL_LIMIT),
                read.countOrNone(FinetuneOption.EARLY_STOPPING_PATIENCE),
                read.flag(FinetuneOption.LOAD_BEST_MODEL_AT_END) ? WeightsAtEnd.BEST : WeightsAtEnd.LAST,
                read.flag(FinetuneOption.BF16) ? Products.BFLOAT16 : Products.FLOAT32,
                read.choice(FinetuneOption.TORCH_DTYPE, TorchDtype.class),
                read.wholeNumber(FinetuneOption.SAMPLES, 0, MAX_SAMPLES),
                read.text(FinetuneOption.SAMPLE_PROMPT));
    }

    /** These settings in numbers, for so many blocks. */
    TrainingRecipe recipe(int blocks) {
        StepPlan steps = StepPlan.of(blocks, batchSize, accumulation, epochs, maxSteps, sequence, seed);
        return new TrainingRecipe(
                steps,
                new LearningRateSchedule(schedulerType, learningRate, warmupSteps, steps.steps()),
                adamW,
                seed,
                loggingSteps,
                evalSteps.isPresent() ? evalSteps.getAsInt() : (steps.steps() + EVALUATIONS - 1) / EVALUATIONS,
                saveSteps,
                saveTotalLimit.orElse(Long.MAX_VALUE),
                patience.orElse(Long.MAX_VALUE),
                weightsAtEnd,
                torchDtype.stored(),
                samples,
                samplePrompt);
    }

    /** The shares that are dropped, where config.json says {@code configured}. */
    Dropout dropout(Dropout configured) {
        Dropout asked = dropout.isPresent() ? Dropout.everywhere(dropout.getAsDouble()) : configured;
        return attnPdrop.isPresent() ? asked.withAttn(attnPdrop.getAsDouble()) : asked;
    }

    /** Whether anything of this needs held-out data, and the option that says so. */
    String optionThatNeedsHeldOutData() {
        if (weightsAtEnd == WeightsAtEnd.BEST) {
            return FinetuneOption.LOAD_BEST_MODEL_AT_END.option().dashed();
        }
        return patience.isPresent()
                ? FinetuneOption.EARLY_STOPPING_PATIENCE.option().dashed()
                : null;
    }

    /** By option name, those only that can change the weights of the version. */
    Map<String, Object> parameters() {
        Map<String, Object> parameters = new TreeMap<>();
        put(parameters, FinetuneOption.LEARNING_RATE, learningRate);
        put(parameters, FinetuneOption.LR_SCHEDULER_TYPE, OptionWord.of(schedulerType));
        put(parameters, FinetuneOption.WARMUP_STEPS, warmupSteps);
        put(parameters, FinetuneOption.WEIGHT_DECAY, adamW.weightDecay());
        put(parameters, FinetuneOption.MAX_GRAD_NORM, adamW.maxGradNorm());
        put(parameters, FinetuneOption.PER_DEVICE_TRAIN_BATCH_SIZE, batchSize);
        put(parameters, FinetuneOption.GRADIENT_ACCUMULATION_STEPS, accumulation);
        if (maxSteps.isPresent()) { // in the place of epochs
            put(parameters, FinetuneOption.MAX_STEPS, maxSteps.getAsLong());
        } else {
            put(parameters, FinetuneOption.NUM_TRAIN_EPOCHS, epochs);
        }
        put(parameters, FinetuneOption.SHUFFLE, sequence == BlockSequence.SHUFFLED);
        put(parameters, FinetuneOption.SEED, seed);
        put(parameters, FinetuneOption.EARLY_STOPPING_PATIENCE, patience.isPresent() ? patience.getAsLong() : "none");
        put(parameters, FinetuneOption.LOAD_BEST_MODEL_AT_END, weightsAtEnd == WeightsAtEnd.BEST);
        put(parameters, FinetuneOption.BF16, products == Products.BFLOAT16);
        put(parameters, FinetuneOption.TORCH_DTYPE, OptionWord.of(torchDtype));
        return parameters;
    }

    private static void put(Map<String, Object> parameters, FinetuneOption option, Object value) {
        parameters.put(option.option().name(), value);
    }
}
