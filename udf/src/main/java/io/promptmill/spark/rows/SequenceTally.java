package io.promptmill.spark.rows;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.PromptResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Counts the sequences of one partition as they come. Single-threaded. */
final class SequenceTally {
    private final Lengths promptTokens = new Lengths();
    private final Lengths completionTokens = new Lengths();
    private long endToken;
    private long stopString;
    private long lengthLimit;

    /** Counts those of one more prompt. */
    void add(PromptResult result) {
        if (result.status() != PromptResult.Status.OK) {
            return;
        }
        promptTokens.add(result.promptTokens());
        for (Completion completion : result.completions()) {
            completionTokens.add(completion.tokenIds().size());
            if (completion.finishReason() == FinishReason.LENGTH) {
                lengthLimit++;
            } else if (completion.stopReason() == null) {
                endToken++;
            } else {
                stopString++;
            }
        }
    }

    /** Those so far. */
    SequenceCounts counts() {
        return new SequenceCounts(
                endToken, stopString, lengthLimit, promptTokens.counted(), completionTokens.counted());
    }

    private static final class Lengths {
        private final List<Long> buckets = new ArrayList<>();
        private long tokens;
        private int longest;

        void add(int length) {
            int bucket = TokenLengths.bucket(length);
            if (bucket >= buckets.size()) {
                buckets.addAll(Collections.nCopies(bucket + 1 - buckets.size(), 0L));
            }
            buckets.set(bucket, buckets.get(bucket) + 1);
            tokens += length;
            longest = Math.max(longest, length);
        }

        TokenLengths counted() {
            return new TokenLengths(tokens, longest, buckets);
        }
    }
}
