package io.promptmill.jobs.prompts;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.table.TableState;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;
import java.util.Optional;
import java.util.stream.Stream;

/** Inputs as the options' defaults read them. */
public final class TestInputs {
    private TestInputs() {}

    public static InputTable open(Object input) throws RefusalException {
        return open("id", input);
    }

    static InputTable open(String idColumn, Object... inputs) throws RefusalException {
        return open(
                idColumn,
                PromptOrigin.files(Stream.of(inputs).map(Object::toString).toList()));
    }

    static InputTable open(String idColumn, PromptOrigin origin) throws RefusalException {
        return open(idColumn, origin, Optional.empty());
    }

    static InputTable open(String idColumn, PromptOrigin origin, Optional<TableState> before) throws RefusalException {
        return InputTable.open(
                TestSpark.session(),
                new InputSettings(
                        origin,
                        idColumn,
                        "prompt",
                        "",
                        OutputLayout.EXPLODED,
                        TokenLogprobs.OMITTED,
                        SamplingParamsColumn.OMITTED),
                before);
    }
}
