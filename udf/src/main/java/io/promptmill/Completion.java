package io.promptmill;

import java.util.List;
import java.util.Objects;

/**
 * One generated sequence of a prompt.
 *
 * @param index which of the prompt's sequences, counted from 0
 * @param text the continuation without special tokens, cut before a matched stop string; null without a tokenizer
 * @param tokenIds every generated id, end token included
 * @param finishReason why the sequence ended
 * @param stopReason the stop string that ended it, or null
 * @param cumulativeLogprob sum over {@code tokenIds} of the log-softmax of the raw logits, in nats
 * @param tokenLogprobs the summands of {@code cumulativeLogprob}, one per id
 */
public record Completion(
        int index,
        String text,
        TokenIds tokenIds,
        FinishReason finishReason,
        String stopReason,
        double cumulativeLogprob,
        List<Float> tokenLogprobs) {
    public Completion {
        Objects.requireNonNull(tokenIds, "tokenIds");
        Objects.requireNonNull(finishReason, "finishReason");
        tokenLogprobs = List.copyOf(tokenLogprobs);
        if (tokenLogprobs.size() != tokenIds.size()) {
            throw new IllegalArgumentException(
                    tokenIds.size() + " token ids but " + tokenLogprobs.size() + " log-probabilities");
        }
    }
}
