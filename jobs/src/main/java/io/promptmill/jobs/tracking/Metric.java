package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What was measured at a step: a line of {@code metrics.jsonl}. What was not measured there is null, and not in the line.
 *
 * @param step updates of the weights so far
 * @param epoch passes over the blocks so far, in fractions
 * @param loss mean of the steps since the last line that has one, in nats for a token
 * @param evalLoss on the held-out data, in nats for a token
 * @param perplexity {@code exp(evalLoss)}
 * @param learningRate of this step
 * @param gradNorm of the gradients before they are clipped
 * @param tokensPerS since the last line, evaluation not counted
 * @param seconds since the run began, parts before a resume included
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Metric(
        long step,
        double epoch,
        Double loss,
        Double evalLoss,
        Double perplexity,
        Double learningRate,
        Double gradNorm,
        Double tokensPerS,
        Double seconds) {
    public Metric {
        if (step < 0 || !(epoch >= 0)) {
            throw new IllegalArgumentException("step " + step + " in epoch " + epoch);
        }
    }
}
