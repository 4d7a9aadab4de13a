package io.promptmill.jobs.generate;

import io.promptmill.Problem;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.spark.executor.AttemptJournal.InFlight;
import java.io.IOException;
import java.util.List;
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
     * @param inFlight what was in flight in attempts at these chunks
     */
    static ExecutorsLostException of(
            ExecutorLosses.Most most, List<InFlight> inFlight, InputTable input, ChunkPlan plan, Throwable failure) {
        String chunks = most.chunks().stream().map(String::valueOf).collect(Collectors.joining(", "));
        boolean one = most.chunks().size() == 1;
        ExecutorsLostException lost = new ExecutorsLostException(new Problem(
                "executors_lost",
                most.times() + " executors ended while they computed " + (one ? "chunk " : "one of the chunks ")
                        + chunks + " of " + plan.chunks() + " (the last one: " + most.reason() + ")",
                "they had too little memory outside of the heap, or one of its rows ends any process" + alone(inFlight)
                        + ": "
                        + input.query(plan.rowsOf(most.chunks(), input.idColumn())),
                "--resume goes on with the chunks that are missing, with more spark.executor.memoryOverhead or --slots 1"
                        + " where memory was short"));
        lost.addSuppressed(failure);
        return lost;
    }

    /** The rows that were known to be the only ones when executors ended. */
    private static String alone(List<InFlight> lost) {
        String ids = lost.stream()
                .filter(InFlight::alone)
                .flatMap(inFlight -> inFlight.promptIds().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return ids.isEmpty() ? "" : " (computed alone when executors ended: " + ids + ")";
    }
}
