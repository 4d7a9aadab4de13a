package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.Problem;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceTallyTest {
    @Test
    void sequencesAreToldApartByWhatEndedThem() {
        SequenceTally tally = new SequenceTally();
        tally.add(PromptResult.ok(
                "1",
                40,
                List.of(
                        ended(FinishReason.STOP, null, 1),
                        ended(FinishReason.STOP, "x", 1, 2),
                        ended(FinishReason.LENGTH, null, 1, 2))));
        tally.add(PromptResult.rejected("2", new Problem("null_prompt", "what", "why", "remedy")));
        SequenceCounts counts = tally.counts();
        assertThat(counts.endToken()).isEqualTo(1);
        assertThat(counts.stopString()).isEqualTo(1);
        assertThat(counts.lengthLimit()).isEqualTo(1);
        assertThat(counts.sequences()).isEqualTo(3);
        assertThat(counts.promptTokens().texts()).isEqualTo(1);
        assertThat(counts.promptTokens().longest()).isEqualTo(40);
        assertThat(counts.completionTokens()).isEqualTo(new TokenLengths(5, 2, List.of(0L, 1L, 2L)));
    }

    private static Completion ended(FinishReason reason, String stop, int... ids) {
        List<Float> logprobs = Collections.nCopies(ids.length, -1f);
        return new Completion(0, "", TokenIds.of(ids), reason, stop, -1.0 * ids.length, logprobs);
    }
}
