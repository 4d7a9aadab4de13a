package io.promptmill.jobs.prompts;

import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;

/**
 * How the input is read, and which columns its rows get.
 *
 * @param origin where the prompts are
 * @param idColumn column of the id, or {@link #AUTO}
 * @param promptColumn column of the prompt
 * @param outputPrefix how the names of the output's own columns begin; empty for none
 * @param layout rows of the output
 * @param logprobs whether each token's log-probability is written
 * @param samplingParams whether the rows' own settings are carried through
 */
public record InputSettings(
        PromptOrigin origin,
        String idColumn,
        String promptColumn,
        String outputPrefix,
        OutputLayout layout,
        TokenLogprobs logprobs,
        SamplingParamsColumn samplingParams) {
    /** In place of a column's name: ids are made of each row's file and number. */
    public static final String AUTO = "auto";

    private static final String NAME_OF_MADE_IDS = "id";

    /** Whether ids are made of each row's file and number. */
    boolean makesIds() {
        return idColumn.equals(AUTO);
    }

    /** What the column of ids is called. */
    String idName() {
        return makesIds() ? NAME_OF_MADE_IDS : idColumn;
    }
}
