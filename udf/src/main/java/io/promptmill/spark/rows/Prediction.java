package io.promptmill.spark.rows;

import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.rows.PromptReader.ReadRow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The results of one partition, pulled lazily, in the order of its rows; a rejected row is answered at its place. Not
 * thread-safe. Closed by whoever asked for it, by its own end, and inside Spark when the task completes.
 */
public final class Prediction implements Iterator<Row>, AutoCloseable {
    private final Iterator<Row> rows;
    private final PromptReader reader;
    private final ResultRows writer;
    private final RowLog log;
    private final Supplier<PromptEngine> engines;
    private final PredictionObserver observer;

    /** Rows read and not answered yet, in order; the engine reads ahead. */
    private final Deque<ReadRow> unanswered = new ArrayDeque<>();
    /** Those prompts of them that the engine has not taken yet. */
    private final Deque<Prompt> untaken = new ArrayDeque<>();
    /** Answers not pulled yet. */
    private final Deque<Row> answers = new ArrayDeque<>();

    private final SequenceTally sequences = new SequenceTally();

    private PromptEngine engine;
    private Iterator<PromptResult> results;
    private GenerationStats stats = GenerationStats.NONE;
    private Outcomes outcomes = Outcomes.NONE;
    private List<ProblemCount> problems = List.of();
    private long promptTokens;
    private boolean closed;

    /**
     * Starts on the rows of a partition.
     *
     * @param selectedRows rows of {@link PromptColumns#select}
     * @param sources generation settings of the sources below the row, highest precedence first
     * @param engines opens the engine, once, when the first good prompt is met; closed with the prediction
     * @param observer told of each prompt that has an outcome, and of the end
     * @throws IllegalArgumentException when the settings contradict one another
     */
    public static Prediction of(
            Iterator<Row> selectedRows,
            PromptColumns columns,
            List<GenerationOptions> sources,
            LoggedText loggedText,
            Supplier<PromptEngine> engines,
            PredictionObserver observer) {
        return new Prediction(
                selectedRows,
                new PromptReader(columns, sources),
                new ResultRows(columns),
                new RowLog(columns, loggedText),
                engines,
                observer);
    }

    Prediction(
            Iterator<Row> rows,
            PromptReader reader,
            ResultRows writer,
            RowLog log,
            Supplier<PromptEngine> engines,
            PredictionObserver observer) {
        this.rows = rows;
        this.reader = reader;
        this.writer = writer;
        this.log = log;
        this.engines = engines;
        this.observer = observer;
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) context -> close());
        }
    }

    @Override
    public boolean hasNext() {
        while (answers.isEmpty() && !closed) {
            stopIfKilled();
            if (unanswered.isEmpty() && !readRow()) {
                close();
            } else {
                answerFirst();
            }
        }
        return !answers.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return answers.remove();
    }

    /** What the engine has done so far. */
    public GenerationStats stats() {
        return engine == null ? stats : engine.stats();
    }

    /** The prompts answered so far. */
    public Outcomes outcomes() {
        return outcomes;
    }

    /** The tokens of those of them that are ok, prefixes included. */
    public long promptTokens() {
        return promptTokens;
    }

    /** Those of them that are not ok, by status and code. */
    public List<ProblemCount> problems() {
        return problems;
    }

    /** How the sequences of those that are ok ended, and how long they are. */
    public SequenceCounts sequences() {
        return sequences.counts();
    }

    @Override
    public void close() {
        closed = true;
        PromptEngine open = engine;
        if (open != null) {
            stats = open.stats();
            engine = null;
        }
        observer.ended(this);
        if (open != null) {
            open.close();
        }
    }

    private void answerFirst() {
        ReadRow first = unanswered.element();
        PromptResult result = first.problem() == null
                ? generated(first.prompt())
                : PromptResult.rejected(PromptColumns.canonical(first.id()), first.problem());
        unanswered.remove();
        outcomes = outcomes.with(result.status());
        promptTokens += result.promptTokens();
        sequences.add(result);
        if (result.problem() != null) {
            problems = ProblemCount.sum(problems, List.of(ProblemCount.of(result)));
        }
        log.add(first, result);
        answers.addAll(writer.of(first, result));
        observer.answered(this);
    }

    private PromptResult generated(Prompt prompt) {
        if (engine == null) {
            engine = engines.get();
            results = engine.generate(new EnginePrompts());
        }
        PromptResult result = results.next();
        if (!result.promptId().equals(prompt.id())) {
            throw new IllegalStateException(
                    "the engine answered prompt " + result.promptId() + " when " + prompt.id() + " was next");
        }
        return result;
    }

    /** Reads one more row, if there is one. */
    private boolean readRow() {
        if (!rows.hasNext()) {
            return false;
        }
        ReadRow read = reader.read(rows.next());
        unanswered.add(read);
        if (read.prompt() != null) {
            untaken.add(read.prompt());
        }
        return true;
    }

    /** Ends a task that was killed; asked before each row here and before each step in the engine. */
    public static void stopIfKilled() {
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.killTaskIfInterrupted();
        }
    }

    /** The prompts as the engine sees them; rejected rows between them are kept for their turn. */
    private final class EnginePrompts implements Iterator<Prompt> {
        @Override
        public boolean hasNext() {
            stopIfKilled();
            while (untaken.isEmpty()) {
                if (!readRow()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Prompt next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return untaken.remove();
        }
    }
}
