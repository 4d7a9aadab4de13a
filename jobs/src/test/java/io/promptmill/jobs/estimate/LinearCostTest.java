package io.promptmill.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LinearCostTest {
    @Test
    void whatCostsAreMadeOfIsFound() {
        LinearCost some = new LinearCost(3);
        LinearCost others = new LinearCost(3);
        for (int rows = 1; rows <= 8; rows++) {
            for (int positions : new int[] {10, 35, 90}) {
                double seconds = 0.5 + 0.25 * rows + 0.01 * positions;
                (rows % 2 == 0 ? some : others).observe(seconds, 1, rows, positions);
            }
        }
        some.addAll(others);
        assertThat(some.each()).containsExactly(new double[] {0.5, 0.25, 0.01}, within(1e-9));
    }

    @Test
    void amountsThatAlwaysGrowTogetherCostWhatTheyCostTogether() {
        LinearCost cost = new LinearCost(2);
        cost.observe(3, 1, 4);
        cost.observe(6, 2, 8);
        double[] each = cost.each();
        assertThat(each[0] + 4 * each[1]).isCloseTo(3, within(1e-9));
        assertThat(each[0]).isNotNegative();
        assertThat(each[1]).isNotNegative();
    }

    @Test
    void nothingHasANegativePrice() {
        LinearCost cost = new LinearCost(2);
        cost.observe(1, 1, 1);
        cost.observe(0.9, 1, 2);
        cost.observe(0.8, 1, 3); // more rows in less time
        assertThat(cost.each()).containsExactly(new double[] {0.9, 0}, within(1e-9));
    }

    @Test
    void whatFadedCountsByItsWeight() {
        LinearCost cost = new LinearCost(1);
        cost.observe(5, 1);
        cost.fade(0.25);
        cost.observe(1, 1);
        assertThat(cost.each()).containsExactly(new double[] {(0.25 * 5 + 1) / 1.25}, within(1e-9));
    }

    @Test
    void whatWasNeverObservedCostsNothing() {
        assertThat(new LinearCost(2).each()).containsExactly(0, 0);
    }
}
