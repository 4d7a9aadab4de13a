package io.promptmill.jobs.report;

import io.promptmill.jobs.drawing.Curve;
import io.promptmill.jobs.drawing.LineChart;
import io.promptmill.jobs.tracking.Metric;
import java.util.List;
import java.util.function.Function;

/** The curves of a run, by step. Stateless. */
public final class RunCurves {
    private static final String STEP = "step";

    private RunCurves() {}

    /** Of training, and of the held-out data where there is any. */
    public static LineChart loss(List<Metric> metrics) {
        Curve training = curve("training", metrics, Metric::loss);
        Curve heldOut = curve("held out", metrics, Metric::evalLoss);
        return new LineChart(
                "Loss in nats a token",
                STEP,
                heldOut.points().isEmpty() ? List.of(training) : List.of(training, heldOut));
    }

    /** As the schedule had it. */
    public static LineChart learningRate(List<Metric> metrics) {
        return alone("Learning rate", metrics, Metric::learningRate);
    }

    /** Before clipping. */
    static LineChart gradientNorm(List<Metric> metrics) {
        return alone("Gradient norm before clipping", metrics, Metric::gradNorm);
    }

    static LineChart rate(List<Metric> metrics) {
        return alone("Tokens trained on in a second", metrics, Metric::tokensPerS);
    }

    private static LineChart alone(String title, List<Metric> metrics, Function<Metric, Double> value) {
        return new LineChart(title, STEP, List.of(curve(title, metrics, value)));
    }

    private static Curve curve(String name, List<Metric> metrics, Function<Metric, Double> value) {
        return new Curve(
                name,
                metrics.stream()
                        .filter(metric -> value.apply(metric) != null)
                        .map(metric -> new Curve.Point(metric.step(), value.apply(metric)))
                        .toList());
    }
}
