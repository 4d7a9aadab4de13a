package io.promptmill.jobs;

import io.promptmill.Problem;
import java.io.IOException;
import java.util.stream.Collectors;

/** A chunk ends every executor that computes it; what Spark made of that is suppressed in it. */
final class ExecutorsLostException extends IOException {
    private static final long serialVersionUID = 1;

    private ExecutorsLostException(Problem problem) {
        super(problem.toString());
    }

    /**
     * One that tells which rows the chunk has.
     *
     * @param most of the losses; not empty
     */
    static ExecutorsLostException of(ExecutorLosses.Most most, InputTable input, ChunkPlan plan, Throwable failure) {
        String chunks = most.chunks().stream().map(String::valueOf).collect(Collectors.joining(", "));
        boolean one = most.chunks().size() == 1;
        ExecutorsLostException lost = new ExecutorsLostException(new Problem(
                "executors_lost",
                most.times() + " executors ended while they computed " + (one ? "chunk " : "one of the chunks ")
                        + chunks + " of " + plan.chunks() + " (the last one: " + most.reason() + ")",
                "they had too little memory outside of the heap, or one of its rows ends any process: select * from"
                        + " parquet.`" + input.path() + "` where " + plan.rowsOf(most.chunks(), input.idColumn()),
                "--resume goes on with the chunks that are missing, with more spark.executor.memoryOverhead or --slots 1"
                        + " where memory was short"));
        lost.addSuppressed(failure);
        return lost;
    }
}
