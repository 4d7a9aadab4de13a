package io.promptmill.jobs.estimate;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * Seconds as a sum of amounts, each times what one of it costs, by least squares over what was observed; no cost is negative.
 * Of the observations it keeps sums only. Single-threaded.
 */
final class LinearCost implements Serializable {
    private static final long serialVersionUID = 1;

    /** A pivot that is smaller than this share of its diagonal says no more than rounding. */
    private static final double SINGULAR = 1e-9;

    private final double[][] products;
    private final double[] withSeconds;
    private double squaredSeconds;

    /** Nothing observed yet, of so many kinds of amounts. */
    LinearCost(int kinds) {
        this.products = new double[kinds][kinds];
        this.withSeconds = new double[kinds];
    }

    /** Something took so long and had these amounts, one of each kind. */
    void observe(double seconds, double... amounts) {
        for (int i = 0; i < amounts.length; i++) {
            for (int j = 0; j < amounts.length; j++) {
                products[i][j] += amounts[i] * amounts[j];
            }
            withSeconds[i] += amounts[i] * seconds;
        }
        squaredSeconds += seconds * seconds;
    }

    /** Takes what another has observed, too. */
    void addAll(LinearCost other) {
        for (int i = 0; i < withSeconds.length; i++) {
            for (int j = 0; j < withSeconds.length; j++) {
                products[i][j] += other.products[i][j];
            }
            withSeconds[i] += other.withSeconds[i];
        }
        squaredSeconds += other.squaredSeconds;
    }

    /** What one of each kind costs in seconds: the best of all solutions in which some cost nothing and the others more. */
    double[] each() {
        double[] best = new double[withSeconds.length];
        double least = squaredSeconds;
        for (int kinds = 1; kinds < 1 << withSeconds.length; kinds++) {
            double[] costs = solve(kinds);
            if (costs != null && error(costs) < least) {
                least = error(costs);
                best = costs;
            }
        }
        return best;
    }

    private double error(double[] costs) {
        double error = squaredSeconds;
        for (int i = 0; i < costs.length; i++) {
            error -= 2 * costs[i] * withSeconds[i];
            for (int j = 0; j < costs.length; j++) {
                error += costs[i] * products[i][j] * costs[j];
            }
        }
        return error;
    }

    /** The solution in which only kinds of that set cost anything; null where there is none without negative costs. */
    private double[] solve(int kinds) {
        int[] chosen = IntStream.range(0, withSeconds.length)
                .filter(kind -> (kinds >> kind & 1) == 1)
                .toArray();
        int n = chosen.length;
        double[][] rows = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i][j] = products[chosen[i]][chosen[j]];
            }
            rows[i][n] = withSeconds[chosen[i]];
        }
        for (int pivot = 0; pivot < n; pivot++) { // the matrix is positive, so it needs no other order
            if (rows[pivot][pivot] <= SINGULAR * products[chosen[pivot]][chosen[pivot]]) {
                return null;
            }
            for (int i = 0; i < n; i++) {
                double factor = i == pivot ? 0 : rows[i][pivot] / rows[pivot][pivot];
                for (int j = pivot; j <= n; j++) {
                    rows[i][j] -= factor * rows[pivot][j];
                }
            }
        }
        double[] costs = new double[withSeconds.length];
        for (int i = 0; i < n; i++) {
            costs[chosen[i]] = rows[i][n] / rows[i][i];
            if (costs[chosen[i]] < 0) {
                return null;
            }
        }
        return costs;
    }
}
