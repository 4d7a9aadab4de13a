package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What a run came to, in nats for a token; each is null where it was not measured.
 *
 * @param trainLoss mean of the last logged steps
 * @param evalLoss on the held-out data, of the weights that the version holds
 * @param perplexity {@code exp(evalLoss)}
 * @param bestStep the evaluated step with the lowest loss on the held-out data
 * @param bestEvalLoss that loss
 * @param bestPerplexity {@code exp(bestEvalLoss)}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Losses(
        Double trainLoss,
        Double evalLoss,
        Double perplexity,
        Long bestStep,
        Double bestEvalLoss,
        Double bestPerplexity) {
    /** Of a run that has measured nothing yet. */
    public static final Losses NONE = new Losses(null, null, null, null, null, null);
}
