package io.promptmill.jobs.bench;

import io.promptmill.model.LoadedModel;
import io.promptmill.model.NetworkMeter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What this machine's matrix multiplication allows, with the model's own linear layers in its own arithmetic, on all
 * tasks at once.
 *
 * @param flopsPerSecond floating-point operations a second, all tasks together
 */
record Ceiling(double flopsPerSecond) {
    private static final double MOST_SECONDS = 1;

    static Ceiling measure(LoadedModel model, Arithmetic arithmetic, BenchSettings settings)
            throws InterruptedException {
        int passes = passes(model, settings);
        List<Callable<Double>> tasks = new ArrayList<>(Collections.nCopies(settings.tasks(), () -> {
            try (NetworkMeter meter = new NetworkMeter(model)) {
                return meter.linearLayersSeconds(settings.slots(), passes);
            }
        }));
        double flopsOfTask = arithmetic.ofPass() * settings.slots() * passes;
        double flopsPerSecond = WorkRun.inParallel(tasks).stream()
                .mapToDouble(seconds -> flopsOfTask / seconds)
                .sum();
        return new Ceiling(flopsPerSecond);
    }

    /** Passes for about a second, or as long as is measured where that is shorter; the first, slower one is not looked at. */
    private static int passes(LoadedModel model, BenchSettings settings) {
        try (NetworkMeter meter = new NetworkMeter(model)) {
            meter.linearLayersSeconds(settings.slots(), 1);
            double seconds = meter.linearLayersSeconds(settings.slots(), 1);
            double wanted = Math.min(settings.seconds(), MOST_SECONDS);
            return (int) Math.max(1, Math.min(100_000, Math.ceil(wanted / seconds)));
        }
    }
}
