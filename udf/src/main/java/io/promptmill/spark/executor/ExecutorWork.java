package io.promptmill.spark.executor;

import java.util.HashSet;
import java.util.Set;

/** The work of all tasks of this JVM, those that run and those that have ended. Thread-safe. */
final class ExecutorWork {
    private static final Set<TaskWork> RUNNING = new HashSet<>(); // guarded by class
    private static Work ended = Work.NONE; // guarded by class

    private ExecutorWork() {}

    static synchronized void begin(TaskWork task) {
        RUNNING.add(task);
    }

    /** Does nothing where the task has ended before. */
    static synchronized void end(TaskWork task) {
        if (RUNNING.remove(task)) {
            ended = ended.plus(task.done().ended());
        }
    }

    static synchronized Work total() {
        return RUNNING.stream().map(TaskWork::done).reduce(ended, Work::plus);
    }

    static synchronized void forget() {
        ended = Work.NONE;
    }
}
