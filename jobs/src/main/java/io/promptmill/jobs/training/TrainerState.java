package io.promptmill.jobs.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.Sample;
import java.util.List;
import java.util.Objects;

/**
 * All of a training that is not in its weights and moments: the content of {@code trainer.json}. A checkpoint counts when
 * this file is there. Immutable.
 *
 * @param step updates of the weights so far
 * @param over whether these were the last: all steps are done, or the held-out loss falls no more
 * @param tokens trained on
 * @param seconds of all that was done, wall clock
 * @param trainingSeconds of steps alone
 * @param unlogged sum of the losses since the last line that has a loss
 * @param unloggedSteps how many these are
 * @param unloggedTokens trained on in these
 * @param unloggedSeconds of these
 * @param recentLosses as {@link Divergence} wants them
 * @param lowestMean null where there is none yet
 * @param best the evaluation with the lowest loss; null before the first
 * @param evaluationsWithoutGain after the best one
 * @param metrics lines so far
 * @param samples texts so far
 * @param stateDigest SHA-256 of {@code state.safetensors} in hexadecimal digits; empty where nothing is saved
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TrainerState(
        long step,
        boolean over,
        long tokens,
        double seconds,
        double trainingSeconds,
        double unlogged,
        int unloggedSteps,
        long unloggedTokens,
        double unloggedSeconds,
        List<Double> recentLosses,
        Double lowestMean,
        Best best,
        int evaluationsWithoutGain,
        List<Metric> metrics,
        List<Sample> samples,
        String stateDigest) {
    /** Before the first step. */
    public static final TrainerState BEGIN =
            new TrainerState(0, false, 0, 0, 0, 0, 0, 0, 0, List.of(), null, null, 0, List.of(), List.of(), "");

    public TrainerState {
        recentLosses = List.copyOf(recentLosses);
        metrics = List.copyOf(metrics);
        samples = List.copyOf(samples);
        Objects.requireNonNull(stateDigest, "stateDigest");
        if (step < 0) {
            throw new IllegalArgumentException("step " + step);
        }
    }

    /**
     * The lowest loss on the held-out data.
     *
     * @param step after which it was measured
     * @param loss mean over tokens, in nats
     */
    public record Best(long step, double loss) {}

    /** This state as it is saved beside a file. */
    TrainerState saved(String digest) {
        return new TrainerState(
                step,
                over,
                tokens,
                seconds,
                trainingSeconds,
                unlogged,
                unloggedSteps,
                unloggedTokens,
                unloggedSeconds,
                recentLosses,
                lowestMean,
                best,
                evaluationsWithoutGain,
                metrics,
                samples,
                digest);
    }
}
