package io.promptmill.family.rmsgpt;

import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The made-up network computed by loops over numbers, one text at a time. */
public final class RmsGptByHand {
    private final RmsGptConfig config;
    private final Map<String, double[]> tensors = new HashMap<>();

    public RmsGptByHand(Checkpoint checkpoint) throws Exception {
        this.config = (RmsGptConfig) checkpoint.config();
        for (String name : checkpoint.tensorNames()) {
            FloatBuffer values = checkpoint
                    .tensor(name)
                    .data()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            double[] numbers = new double[values.remaining()];
            Arrays.setAll(numbers, i -> values.get(i));
            tensors.put(name, numbers);
        }
    }

    /** The raw logits after each token of a text: {@code [tokens][vocabulary]}. */
    public double[][] logits(TokenIds text) {
        double[][] x = new double[text.size()][];
        for (int position = 0; position < x.length; position++) {
            x[position] = sum(row("tokens.weight", text.at(position)), row("places.weight", position));
        }
        for (int layer = 0; layer < config.shape().layers(); layer++) {
            String block = "layers." + layer + ".";
            double[][] y = each(x, row -> norm(row, block + "norm_1.weight"));
            double[][] attended = attention(
                    each(y, row -> linear(row, block + "q.weight")),
                    each(y, row -> linear(row, block + "k.weight")),
                    each(y, row -> linear(row, block + "v.weight")));
            for (int position = 0; position < x.length; position++) {
                double[] z = sum(x[position], linear(attended[position], block + "o.weight"));
                double[] up = linear(norm(z, block + "norm_2.weight"), block + "up.weight");
                x[position] = sum(z, linear(silu(up), block + "down.weight"));
            }
        }
        String head = tensors.containsKey("lm_head.weight") ? "lm_head.weight" : "tokens.weight";
        return each(x, row -> linear(norm(row, "norm.weight"), head));
    }

    /** Each head of queries looks at the head of keys that it shares with its neighbours, and at no later position. */
    private double[][] attention(double[][] q, double[][] k, double[][] v) {
        int heads = config.shape().attention().heads();
        int width = config.shape().attention().headWidth();
        int sharing = heads / config.shape().attention().keyValueHeads();
        double[][] result = new double[q.length][heads * width];
        for (int position = 0; position < q.length; position++) {
            for (int head = 0; head < heads; head++) {
                int from = head / sharing * width;
                double[] weights = new double[position + 1];
                double total = 0;
                for (int other = 0; other <= position; other++) {
                    double score = 0;
                    for (int i = 0; i < width; i++) {
                        score += q[position][head * width + i] * k[other][from + i];
                    }
                    weights[other] = Math.exp(score / Math.sqrt(width));
                    total += weights[other];
                }
                for (int other = 0; other <= position; other++) {
                    for (int i = 0; i < width; i++) {
                        result[position][head * width + i] += weights[other] / total * v[other][from + i];
                    }
                }
            }
        }
        return result;
    }

    private double[] norm(double[] x, String weight) {
        double mean = Arrays.stream(x).map(value -> value * value).average().orElseThrow();
        double[] weights = tensors.get(weight);
        double[] normed = new double[x.length];
        Arrays.setAll(normed, i -> x[i] / Math.sqrt(mean + config.epsilon()) * weights[i]);
        return normed;
    }

    private double[] linear(double[] x, String weight) {
        double[] weights = tensors.get(weight);
        double[] y = new double[weights.length / x.length];
        for (int out = 0; out < y.length; out++) {
            for (int in = 0; in < x.length; in++) {
                y[out] += weights[out * x.length + in] * x[in];
            }
        }
        return y;
    }

    private double[] row(String table, int index) {
        int width = config.shape().width();
        return Arrays.copyOfRange(tensors.get(table), index * width, (index + 1) * width);
    }

    private static double[] silu(double[] x) {
        return Arrays.stream(x).map(value -> value / (1 + Math.exp(-value))).toArray();
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    private static double[][] each(double[][] rows, UnaryOperator<double[]> of) {
        return Arrays.stream(rows).map(of).toArray(double[][]::new);
    }
}
