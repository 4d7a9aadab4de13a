package io.promptmill.jobs.generate;

import io.promptmill.compile.Precision;
import io.promptmill.family.ModelShape;

/** About how fast one core of a CPU generates, known before anything runs: good enough to size chunks. Stateless. */
final class CoreRate {
    private static final double GIGA = 1e9;

    private CoreRate() {}

    /**
     * Tokens a second with full slots: the operations of the linear layers and the head, two for each weight, at the rate at
     * which {@code bench --work w1} had them done for GPT-2 124M, by an Intel Xeon with AMX. Others are up to three times
     * slower.
     */
    static double tokensPerSecond(ModelShape model, Precision precision) {
        double operationsPerSecond =
                switch (precision) {
                    case FP32 -> 64 * GIGA;
                    case BF16 -> 116 * GIGA;
                    case INT8 -> 174 * GIGA;
                };
        double weights = model.linearWeights() + (double) model.vocabulary() * model.width();
        return operationsPerSecond / (2 * weights);
    }
}
