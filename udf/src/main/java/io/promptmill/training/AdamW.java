package io.promptmill.training;

import java.io.Serializable;

/**
 * The settings of the optimiser AdamW, by the names of transformers' {@code TrainingArguments}. Immutable.
 *
 * @param beta1 how much of the mean gradient stays at each step ({@code adam_beta1})
 * @param beta2 the same of the mean squared gradient ({@code adam_beta2})
 * @param epsilon added to its root ({@code adam_epsilon})
 * @param weightDecay of matrices, times the learning rate; biases and norms do not decay ({@code weight_decay})
 * @param maxGradNorm longer gradients are scaled down to it, 0 for any length ({@code max_grad_norm})
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm)
        implements Serializable {
    /** Those of {@code TrainingArguments}. */
    public static final AdamW DEFAULTS = new AdamW(0.9, 0.999, 1e-8, 0, 1);

    /** Checks ranges. */
    public AdamW {
        require(beta1 >= 0 && beta1 < 1, "beta1 must be from 0 and below 1 but is " + beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 must be from 0 and below 1 but is " + beta2);
        require(isFiniteFromZero(epsilon), "epsilon must be at least 0 but is " + epsilon);
        require(isFiniteFromZero(weightDecay), "weight_decay must be at least 0 but is " + weightDecay);
        require(isFiniteFromZero(maxGradNorm), "max_grad_norm must be at least 0 but is " + maxGradNorm);
    }

    /** These settings with another decay. */
    public AdamW withWeightDecay(double decay) {
        return new AdamW(beta1, beta2, epsilon, decay, maxGradNorm);
    }

    /** These settings with another limit of the gradient's norm. */
    public AdamW withMaxGradNorm(double norm) {
        return new AdamW(beta1, beta2, epsilon, weightDecay, norm);
    }

    /** What the network's {@code update} takes. */
    double[] numbers(double learningRate) {
        double longest = maxGradNorm == 0 ? Double.POSITIVE_INFINITY : maxGradNorm;
        return new double[] {learningRate, beta1, beta2, epsilon, weightDecay, longest};
    }

    private static boolean isFiniteFromZero(double value) {
        return value >= 0 && value < Double.POSITIVE_INFINITY;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
