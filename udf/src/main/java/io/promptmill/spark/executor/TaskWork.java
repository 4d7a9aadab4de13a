package io.promptmill.spark.executor;

import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.rows.Prediction;
import io.promptmill.spark.rows.PredictionObserver;

/**
 * What one task has done so far with a partition. Told by the task's own thread, which brings its accumulators up to date;
 * read by any.
 */
final class TaskWork implements PredictionObserver {
    private final LiveCounts counts;
    private volatile Work done = Work.NONE;

    private TaskWork(LiveCounts counts) {
        this.counts = counts;
    }

    /** A task begins with a partition; counted in this JVM until it ends, and then on. */
    static TaskWork begin(LiveCounts counts) {
        TaskWork work = new TaskWork(counts);
        ExecutorWork.begin(work);
        return work;
    }

    Work done() {
        return done;
    }

    /** The engine has done so much before its next step. */
    void step(GenerationStats stats) {
        show(done.at(stats));
    }

    @Override
    public void answered(Prediction prediction) {
        show(done.at(prediction));
    }

    @Override
    public void ended(Prediction prediction) {
        show(done.at(prediction));
        ExecutorWork.end(this);
    }

    private void show(Work now) {
        counts.grow(done, now);
        done = now;
    }
}
