package io.promptmill.jobs.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Watches over the curve of a training's loss. It diverges where the mean of the last {@value #WINDOW} steps is more than
 * {@value #NATS} nats above the lowest such mean before: a noisy step is not enough, and what was learned is lost.
 * Single-threaded.
 */
final class Divergence {
    static final int WINDOW = 20;
    static final double NATS = 2;

    private final Deque<Double> recent = new ArrayDeque<>();
    private double lowestMean;

    /**
     * Goes on after a step.
     *
     * @param recent losses of the last steps
     * @param lowestMean infinite where no window was full yet
     */
    Divergence(List<Double> recent, double lowestMean) {
        this.recent.addAll(recent);
        this.lowestMean = lowestMean;
    }

    /** Whether the curve diverges with this loss. */
    boolean add(double loss) {
        recent.add(loss);
        if (recent.size() > WINDOW) {
            recent.remove();
        }
        if (recent.size() < WINDOW) {
            return false;
        }
        double mean = mean();
        lowestMean = Math.min(lowestMean, mean);
        return mean > lowestMean + NATS;
    }

    /** Of the last steps. */
    double mean() {
        return recent.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Losses of the last steps, at most {@value #WINDOW}. */
    List<Double> recent() {
        return List.copyOf(recent);
    }

    /** The lowest mean of a window; infinite where none was full yet. */
    double lowestMean() {
        return lowestMean;
    }
}
