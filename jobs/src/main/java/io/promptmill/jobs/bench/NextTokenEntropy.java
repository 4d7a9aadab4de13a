package io.promptmill.jobs.bench;

import io.promptmill.TokenIds;
import io.promptmill.model.LoadedModel;
import io.promptmill.model.NetworkMeter;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How undecided a model is about the next token: the mean entropy after a few random prompts. What sampling costs depends
 * on it; a new model is nearly undecided among all tokens, a trained one has 3 to 4 nats.
 */
public final class NextTokenEntropy {
    /** That of a trained model, in nats. */
    public static final double TRAINED = 3.5;

    private static final int PROMPTS = 8;
    private static final int LENGTH = 32;
    private static final int BISECTIONS = 40;

    private final List<double[]> logits;

    private NextTokenEntropy(List<double[]> logits) {
        this.logits = logits;
    }

    /** Looks at what a model says after 8 prompts of 32 random tokens. */
    public static NextTokenEntropy of(LoadedModel model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<TokenIds> prompts = IntStream.range(0, PROMPTS)
                .mapToObj(i -> TokenIds.of(
                        random.ints(LENGTH, 0, model.vocabularySize()).toArray()))
                .toList();
        try (NetworkMeter meter = new NetworkMeter(model)) {
            return new NextTokenEntropy(meter.nextTokenLogits(prompts));
        }
    }

    /** The entropy in nats when logits are multiplied by a factor. */
    public double nats(double factor) {
        return logits.stream().mapToDouble(row -> nats(row, factor)).average().orElseThrow();
    }

    /** The factor for the logits by which the entropy becomes {@link #TRAINED}, found by bisection. */
    public double factorToTrained() {
        double low = 1e-3;
        double high = 1e3;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = Math.sqrt(low * high);
            if (nats(middle) > TRAINED) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Entropy is the logarithm of the normaliser minus the mean logit. */
    private static double nats(double[] row, double factor) {
        double max = Arrays.stream(row).max().orElseThrow();
        double mass = 0;
        double mean = 0;
        for (double logit : row) {
            double relative = factor * (logit - max);
            double weight = Math.exp(relative);
            mass += weight;
            mean += weight * relative;
        }
        return Math.log(mass) - mean / mass;
    }
}
