package io.promptmill.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DivergenceTest {
    @Test
    void aMeanThatRisesTwoNatsAboveTheLowestOneDiverges() {
        Divergence divergence = new Divergence(List.of(), Double.POSITIVE_INFINITY);
        for (int step = 0; step < 30; step++) {
            assertThat(divergence.add(4)).isFalse();
        }
        int steps = 1;
        while (!divergence.add(8)) {
            steps++;
        }
        assertThat(steps).as("more than half of the window is at 8").isEqualTo(11);
        assertThat(divergence.lowestMean()).isEqualTo(4);
        assertThat(divergence.mean()).isGreaterThan(6);
    }

    @Test
    void noiseOfSingleStepsDoesNotDiverge() {
        Divergence divergence = new Divergence(List.of(), Double.POSITIVE_INFINITY);
        Random random = new Random(1);
        for (int step = 0; step < 1_000; step++) {
            assertThat(divergence.add(8 - step / 250.0 + random.nextGaussian())).isFalse();
        }
        assertThat(divergence.add(30)).as("one wild step").isFalse();
    }

    @Test
    void itGoesOnFromWhatWasSaved() {
        Divergence straight = new Divergence(List.of(), Double.POSITIVE_INFINITY);
        Divergence resumed = new Divergence(List.of(), Double.POSITIVE_INFINITY);
        Random random = new Random(2);
        List<Boolean> told = new ArrayList<>();
        for (int step = 0; step < 100; step++) {
            double loss = step / 20.0 + random.nextDouble();
            told.add(straight.add(loss));
            resumed = new Divergence(resumed.recent(), resumed.lowestMean());
            assertThat(resumed.add(loss)).as("step " + step).isEqualTo(told.get(step));
        }
        assertThat(told).contains(true).contains(false);
    }
}
