package io.promptmill.model;

import io.promptmill.TokenIds;
import java.util.List;

/**
 * What a lower precision costs a model, by its next-token distributions on some text.
 *
 * @param meanKlNats mean Kullback-Leibler divergence of the lower precision's distribution from the reference's, in nats
 * @param top1Agreement share of the positions at which both have the same likeliest token, 0 to 1
 * @param tokens positions compared
 */
public record PrecisionLoss(double meanKlNats, double top1Agreement, long tokens) {
    /** Tokens that are read together; each is predicted from those before it in its window. */
    private static final int WINDOW = 64;

    /**
     * Compares two models at every token of a text.
     *
     * @param reference the model in fp32; stays the caller's to close, like {@code lower}
     * @param text at least one whole window of 64 tokens; what is beyond the last one is not looked at
     */
    public static PrecisionLoss measure(LoadedModel reference, LoadedModel lower, TokenIds text) {
        if (text.size() < WINDOW) {
            throw new IllegalArgumentException(
                    "A text to compare on has at least " + WINDOW + " tokens but it was " + text.size());
        }
        double divergence = 0;
        long agreed = 0;
        long tokens = 0;
        try (NetworkMeter exact = new NetworkMeter(reference);
                NetworkMeter rounded = new NetworkMeter(lower)) {
            for (int start = 0; start + WINDOW <= text.size(); start += WINDOW) {
                TokenIds window = text.slice(start, start + WINDOW);
                List<double[]> expected = exact.logits(window);
                List<double[]> found = rounded.logits(window);
                for (int i = 0; i < WINDOW; i++) {
                    divergence += divergence(expected.get(i), found.get(i));
                    agreed += likeliest(expected.get(i)) == likeliest(found.get(i)) ? 1 : 0;
                    tokens++;
                }
            }
        }
        return new PrecisionLoss(divergence / tokens, (double) agreed / tokens, tokens);
    }

    private static double divergence(double[] expected, double[] found) {
        double normaliser = logSumExp(expected);
        double otherNormaliser = logSumExp(found);
        double sum = 0;
        for (int token = 0; token < expected.length; token++) {
            double logp = expected[token] - normaliser;
            sum += Math.exp(logp) * (logp - (found[token] - otherNormaliser));
        }
        return sum;
    }

    private static double logSumExp(double[] logits) {
        double largest = logits[likeliest(logits)];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }

    private static int likeliest(double[] logits) {
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            best = logits[token] > logits[best] ? token : best;
        }
        return best;
    }
}
