package io.promptmill.training;

import java.io.Serializable;
import java.util.Locale;

/**
 * The learning rate of each step, as transformers' {@code optimization.py} has it. Immutable.
 *
 * @param type how it falls after the warm-up
 * @param peak the rate that the warm-up ends with ({@code learning_rate})
 * @param warmupSteps over these it rises from 0 in equal parts ({@code warmup_steps})
 * @param totalSteps of the whole training
 */
public record LearningRateSchedule(Type type, double peak, long warmupSteps, long totalSteps) implements Serializable {
    /** How the rate falls ({@code lr_scheduler_type}). */
    public enum Type {
        /** By half a wave to 0: {@code get_cosine_schedule_with_warmup}. */
        COSINE,
        /** In equal parts to 0: {@code get_linear_schedule_with_warmup}. */
        LINEAR,
        /** Not at all: {@code get_constant_schedule_with_warmup}. */
        CONSTANT;

        /** The name in options. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks ranges. */
    public LearningRateSchedule {
        if (!(peak >= 0 && peak < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("learning_rate must be at least 0 but is " + peak);
        }
        if (warmupSteps < 0 || totalSteps < 0) {
            throw new IllegalArgumentException("numbers of steps must be at least 0 but are " + warmupSteps
                    + " for the warm-up and " + totalSteps + " in all");
        }
    }

    /**
     * The rate of a step.
     *
     * @param step counted from 0: how many came before
     */
    public double at(long step) {
        if (step < warmupSteps) {
            return peak * ((double) step / warmupSteps);
        }
        long falling = Math.max(1, totalSteps - warmupSteps);
        return peak
                * switch (type) {
                    case COSINE -> Math.max(
                            0, 0.5 * (1 + Math.cos(Math.PI * ((double) (step - warmupSteps) / falling))));
                    case LINEAR -> Math.max(0, (double) (totalSteps - step) / falling);
                    case CONSTANT -> 1;
                };
    }
}
