package io.promptmill.jobs.estimate;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * A cost, such as seconds, as a sum of amounts, each times what one of it costs, by least squares over what was observed; no
 * price is negative. Of the observations it keeps sums only. Single-threaded.
 */
final class LinearCost implements Serializable {
    private static final long serialVersionUID = 1;

    /** A pivot that is smaller than this share of its diagonal says no more than rounding. */
    private static final double SINGULAR = 1e-9;

    private final double[][] products;
    private final double[] withCost;
    private double squaredCost;

    /** Nothing observed yet, of so many kinds of amounts. */
    LinearCost(int kinds) {
        this.products = new double[kinds][kinds];
        this.withCost = new double[kinds];
    }

    /** Something cost so much and had these amounts, one of each kind. */
    void observe(double cost, double... amounts) {
        for (int i = 0; i < amounts.length; i++) {
            for (int j = 0; j < amounts.length; j++) {
                products[i][j] += amounts[i] * amounts[j];
            }
            withCost[i] += amounts[i] * cost;
        }
        squaredCost += cost * cost;
    }

    /** What was observed so far counts less than what comes: {@code weight} of it, from 0 to 1. */
    void fade(double weight) {
        for (int i = 0; i < withCost.length; i++) {
            for (int j = 0; j < withCost.length; j++) {
                products[i][j] *= weight;
            }
            withCost[i] *= weight;
        }
        squaredCost *= weight;
    }

    /** Takes what another has observed, too. */
    void addAll(LinearCost other) {
        for (int i = 0; i < withCost.length; i++) {
            for (int j = 0; j < withCost.length; j++) {
                products[i][j] += other.products[i][j];
            }
            withCost[i] += other.withCost[i];
        }
        squaredCost += other.squaredCost;
    }

    /** What one of each kind costs: the best of all solutions in which some cost nothing and the others more. */
    double[] each() {
        double[] best = new double[withCost.length];
        double least = squaredCost;
        for (int kinds = 1; kinds < 1 << withCost.length; kinds++) {
            double[] costs = solve(kinds);
            if (costs != null && error(costs) < least) {
                least = error(costs);
                best = costs;
            }
        }
        return best;
    }

    private double error(double[] costs) {
        double error = squaredCost;
        for (int i = 0; i < costs.length; i++) {
            error -= 2 * costs[i] * withCost[i];
            for (int j = 0; j < costs.length; j++) {
                error += costs[i] * products[i][j] * costs[j];
            }
        }
        return error;
    }

    /** The solution in which only kinds of that set cost anything; null where there is none without negative costs. */
    private double[] solve(int kinds) {
        int[] chosen = IntStream.range(0, withCost.length)
                .filter(kind -> (kinds >> kind & 1) == 1)
                .toArray();
        int n = chosen.length;
        double[][] rows = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i][j] = products[chosen[i]][chosen[j]];
            }
            rows[i][n] = withCost[chosen[i]];
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
        double[] costs = new double[withCost.length];
        for (int i = 0; i < n; i++) {
            costs[chosen[i]] = rows[i][n] / rows[i][i];
            if (costs[chosen[i]] < 0) {
                return null;
            }
        }
        return costs;
    }
}
