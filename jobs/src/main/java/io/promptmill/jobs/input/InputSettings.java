package io.promptmill.jobs.input;

import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;

/**
 * How the input is read, and which columns its rows get.
 *
 * @param input a file, a folder or a pattern
 * @param idColumn column of the id
 * @param promptColumn column of the prompt
 * @param outputPrefix how the names of the output's own columns begin; empty for none
 * @param layout rows of the output
 * @param logprobs whether each token's log-probability is written
 * @param samplingParams whether the rows' own settings are carried through
 */
public record InputSettings(
        String input,
        String idColumn,
        String promptColumn,
        String outputPrefix,
        OutputLayout layout,
        TokenLogprobs logprobs,
        SamplingParamsColumn samplingParams) {}
