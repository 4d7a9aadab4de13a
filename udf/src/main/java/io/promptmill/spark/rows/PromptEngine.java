package io.promptmill.spark.rows;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import java.util.Iterator;

/** What a partition needs of an engine; opened when the first prompt is known to be good. Single-threaded. */
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
