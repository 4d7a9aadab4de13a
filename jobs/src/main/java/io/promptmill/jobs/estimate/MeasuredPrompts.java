package io.promptmill.jobs.estimate;

import io.promptmill.generation.PromptSize;
import io.promptmill.spark.rows.Outcomes;
import io.promptmill.spark.rows.ProblemCount;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/** Sums over measured prompts, and a draw of them. Single-threaded. */
final class MeasuredPrompts implements Serializable {
    private static final long serialVersionUID = 1;

    /** Enough for the mean of a skewed input. */
    private static final int SIZES = 20_000;

    /** Rows that come to the driver and go to all tasks that calibrate. */
    private static final int ROWS = 256;

    private final Draw<MeasuredPrompt> sizes = new Draw<>(SIZES);
    private final Draw<SampleRow> rows = new Draw<>(ROWS);
    private Outcomes outcomes = Outcomes.NONE;
    private List<ProblemCount> problems = List.of();
    private long promptTokens;
    private long sequences;
    private long leastNewTokens;
    private long mostNewTokens;

    /** One more that is not rejected. */
    void add(String id, PromptSize size, Row row) {
        promptTokens += size.tokens();
        sequences += size.sequences();
        leastNewTokens += size.leastTokens();
        mostNewTokens += size.mostTokens();
        long rank = Draw.rank(id);
        sizes.offer(rank, () -> new MeasuredPrompt(id, size));
        rows.offer(rank, () -> new SampleRow(new MeasuredPrompt(id, size), row));
    }

    /** How those of a partition ended, rejected ones among them. */
    void ended(Outcomes how, List<ProblemCount> why) {
        outcomes = outcomes.plus(how);
        problems = ProblemCount.sum(problems, why);
    }

    /** These and the prompts of another partition. */
    MeasuredPrompts plus(MeasuredPrompts other) {
        promptTokens += other.promptTokens;
        sequences += other.sequences;
        leastNewTokens += other.leastNewTokens;
        mostNewTokens += other.mostNewTokens;
        sizes.offerAll(other.sizes);
        rows.offerAll(other.rows);
        ended(other.outcomes, other.problems);
        return this;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    List<ProblemCount> problems() {
        return problems;
    }

    long promptTokens() {
        return promptTokens;
    }

    long sequences() {
        return sequences;
    }

    long leastNewTokens() {
        return leastNewTokens;
    }

    long mostNewTokens() {
        return mostNewTokens;
    }

    /** All prompts that are not rejected, or an even draw of them, in the order in which a task would read them. */
    List<MeasuredPrompt> drawnSizes() {
        return sizes.all().stream()
                .sorted(Comparator.comparing(MeasuredPrompt::id))
                .toList();
    }

    /** Rows to calibrate with, in no order that means anything. */
    List<SampleRow> drawnRows() {
        return rows.all();
    }
}
