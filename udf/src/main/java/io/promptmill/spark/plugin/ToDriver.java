package io.promptmill.spark.plugin;

import io.promptmill.spark.executor.ExecutorFigures;
import java.io.Serializable;

/**
 * A message of an executor. What the driver answers is made of Java's own classes: an executor's RPC does not know those
 * of a jar that came with the application.
 */
sealed interface ToDriver extends Serializable {
    /**
     * What an executor has done so far.
     *
     * @param executor its id
     */
    record Report(String executor, ExecutorFigures figures) implements ToDriver {}

    /** Asks for the model; answered by {@link ModelForExecutors#answer}. */
    record ModelWanted() implements ToDriver {}

    /**
     * The model cannot be loaded.
     *
     * @param executor where
     * @param why in words
     */
    record LoadFailed(String executor, String why) implements ToDriver {}
}
