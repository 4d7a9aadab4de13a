package io.promptmill.spark.executor;

import java.io.Serializable;

/**
 * What an executor has done so far and what it holds; additive over executors. Immutable.
 *
 * @param work what its tasks have done since the watch began
 * @param modelLoads models that its JVM has loaded
 * @param loadingSeconds the time that took
 * @param modelBytes memory that the weights of the models take that it holds
 */
public record ExecutorFigures(Work work, long modelLoads, double loadingSeconds, long modelBytes)
        implements Serializable {
    /** Those of an executor that has done nothing. */
    public static final ExecutorFigures NONE = new ExecutorFigures(Work.NONE, 0, 0, 0);

    /** Begins to watch this JVM: what an earlier Spark in it had done is left out. */
    public static void watch() {
        ExecutorWork.forget();
    }

    /** Those of this JVM. */
    public static ExecutorFigures here() {
        return new ExecutorFigures(
                ExecutorWork.total(),
                ExecutorModels.loads(),
                ExecutorModels.loadingSeconds(),
                ExecutorModels.loadedBytes());
    }

    /** Both together. */
    public ExecutorFigures plus(ExecutorFigures other) {
        return new ExecutorFigures(
                work.plus(other.work),
                modelLoads + other.modelLoads,
                loadingSeconds + other.loadingSeconds,
                modelBytes + other.modelBytes);
    }

    /** What it had done when it went; it holds nothing any more. */
    public ExecutorFigures gone() {
        return new ExecutorFigures(work.ended(), modelLoads, loadingSeconds, 0);
    }
}
