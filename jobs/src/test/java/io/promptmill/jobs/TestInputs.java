package io.promptmill.jobs;

import io.promptmill.spark.OutputLayout;
import io.promptmill.spark.TokenLogprobs;

/** Inputs as the options' defaults read them. */
final class TestInputs {
    private TestInputs() {}

    static InputTable open(Object input) throws RefusalException {
        return InputTable.open(
                TestSpark.session(),
                new InputSettings(input.toString(), "id", "prompt", "", OutputLayout.EXPLODED, TokenLogprobs.OMITTED));
    }
}
