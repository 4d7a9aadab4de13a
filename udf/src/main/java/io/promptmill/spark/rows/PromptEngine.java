package io.promptmill.spark.rows;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import java.util.Iterator;

/** An engine as a partition sees it; it is opened when the first good prompt is met. Single-threaded. */
public interface PromptEngine extends AutoCloseable {
    /** One result per prompt, in the order of the prompts, lazily. */
    Iterator<PromptResult> generate(Iterator<Prompt> prompts);

    /** The result of one prompt, computed in as little memory as it needs; what was generated before has ended. */
    PromptResult generateAlone(Prompt prompt);

    /** What it has done so far. */
    GenerationStats stats();

    @Override
    void close();
}
