package io.promptmill.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.estimate.RunEstimate.NewTokens;
import io.promptmill.jobs.estimate.RunEstimate.Output;
import io.promptmill.jobs.estimate.RunEstimate.Sample;
import io.promptmill.jobs.estimate.RunEstimate.Seconds;
import io.promptmill.jobs.estimate.RunEstimate.There;
import io.promptmill.spark.rows.ProblemCount;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunEstimateTest {
    private static RunEstimate estimate(There there, NewTokens newTokens, Cluster cluster, Seconds seconds) {
        return new RunEstimate(
                2000,
                8,
                there,
                1998,
                2,
                List.of(new ProblemCount("rejected", "null_prompt", 2, "10", "null_prompt: the prompt is null")),
                20_829,
                newTokens,
                new Output(8, 2000, 2_610_400),
                cluster,
                seconds,
                new Sample(192, 1896, 6.1));
    }

    @Test
    void theTableTellsAllThatMatters() {
        assertThat(estimate(
                                new There(3, 700),
                                new NewTokens(3305, 21_228, 301_171),
                                new Cluster(4, 32, true),
                                new Seconds(18, 2, 5, 7240, 7265, 90_000))
                        .table())
                .isEqualToNormalizingNewlines(
                        """
                        2,000 prompts in 8 chunks to compute: 1,998 ok, 2 rejected
                          2 rejected, the first is 10: null_prompt: the prompt is null
                        there already  3 chunks with 700 prompts
                        prompt tokens  20,829
                        new tokens     about 21,228, from 3,305 to 301,171
                        output         2,000 rows in 8 files, about 2.6 MB
                        time           about 2 h 01 min: 18 s until the model is shipped, 2 s loading it, 5 s reading, 2 h 00 min generating; at most about 25 h 00 min
                        on             4 executors, 32 tasks at a time, as long as dynamic allocation leaves it at that
                        learnt from    192 prompts with 1,896 new tokens in 6 s
                        nothing was written
                        """);
    }

    @Test
    void whatIsExactIsToldSo() {
        assertThat(estimate(
                                new There(0, 0),
                                new NewTokens(40_000, 40_000, 40_000),
                                new Cluster(1, 2, false),
                                new Seconds(1, 1, 1, 10, 13, 13))
                        .table())
                .contains("new tokens     40,000\n", "generating\n", "on             1 executor, 2 tasks at a time\n")
                .doesNotContain("there already", "at most about");
    }

    @Test
    void theJsonIsOneLine() {
        assertThat(estimate(
                                new There(3, 700),
                                new NewTokens(1, 2, 3),
                                new Cluster(4, 32, true),
                                new Seconds(18, 2, 5, 7240, 7265, 7265))
                        .json())
                .startsWith(
                        "{\"prompts\":2000,\"chunks\":8,\"there\":{\"chunks\":3,\"prompts\":700},\"ok\":1998,\"rejected\":2,"
                                + "\"problems\":[{\"status\":\"rejected\",\"code\":\"null_prompt\",\"prompts\":2,")
                .contains(
                        "\"promptTokens\":20829",
                        "\"newTokens\":{\"least\":1,\"likely\":2,\"most\":3}",
                        "\"output\":{\"files\":8,\"rows\":2000,\"bytes\":2610400}",
                        "\"cluster\":{\"executors\":4,\"tasks\":32,\"dynamicAllocation\":true}",
                        "\"generating\":7240.0,\"total\":7265.0")
                .doesNotContain("\n");
    }
}
