package io.promptmill.spark.executor;

import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;

/** Sees what an engine does that generates for the sake of measuring. Called by the task's thread. */
public interface Rehearsal {
    /** Before each step, or each few: what the engine has done so far. */
    void beforeStep(GenerationStats stats);

    /** A prompt's result, as soon as it is asked for. */
    void answered(PromptResult result);
}
