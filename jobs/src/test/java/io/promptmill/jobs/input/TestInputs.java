package io.promptmill.jobs.input;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;

/** Inputs as the options' defaults read them. */
final class TestInputs {
    private TestInputs() {}

    static InputTable open(Object input) throws RefusalException {
        return InputTable.open(
                TestSpark.session(),
                new InputSettings(
                        input.toString(),
                        "id",
                        "prompt",
                        "",
                        OutputLayout.EXPLODED,
                        TokenLogprobs.OMITTED,
                        SamplingParamsColumn.OMITTED));
    }
}
