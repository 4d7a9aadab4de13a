package io.promptmill.jobs.compare;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.parquet.StrictParquet;
import io.promptmill.jobs.progress.Phases;
import io.promptmill.spark.seam.SessionRows;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One run of {@code compare}: both folders are checked, then joined by id and index, and what differs is told. */
final class CompareJob {
    private static final String A = "a";
    private static final String B = "b";

    private final SparkSession session;
    private final CompareSettings settings;
    private final BooleanSupplier interrupted;
    private final PrintStream out;
    private final PrintStream err;

    /** A run on a session that the caller stops; the result goes to {@code out}, the rest to {@code err}. */
    CompareJob(
            SparkSession session,
            CompareSettings settings,
            BooleanSupplier interrupted,
            PrintStream out,
            PrintStream err) {
        this.session = session;
        this.settings = settings;
        this.interrupted = interrupted;
        this.out = out;
        this.err = err;
    }

    ExitCode run() throws RefusalException {
        try (Phases phases = new Phases(session.sparkContext(), "compare", err)) {
            SparkSession strict = StrictParquet.session(session);
            phases.begin("reading " + settings.first() + " and " + settings.second());
            Side a = Side.open(settings.first(), strict);
            Side b = Side.open(settings.second(), strict);
            List<String> columns = columns(a, b);
            phases.begin("comparing their rows");
            CompareResult result =
                    new CompareResult(a, b, columns, settings.columns().isPresent(), compared(a, b, columns));
            out.print(settings.form() == CompareSettings.Form.JSON ? result.json() : result.words());
            return result.isEqual() ? ExitCode.DONE : ExitCode.DIFFERENT;
        } catch (RuntimeException e) {
            Failures.throwIfFatal(e);
            if (interrupted.getAsBoolean()) {
                err.println("promptmill: interrupted, nothing was compared to the end");
                return ExitCode.INTERRUPTED;
            }
            throw e;
        }
    }

    /** Those that both have, in the order of A, or those that were asked for. */
    private List<String> columns(Side a, Side b) throws RefusalException {
        List<String> both = new ArrayList<>(a.columns().keySet());
        both.retainAll(b.columns().keySet());
        if (settings.columns().isEmpty()) {
            return both;
        }
        for (String name : settings.columns().get()) {
            if (!both.contains(name)) {
                throw RefusalException.usage(
                        "column_unknown",
                        "--columns names " + name,
                        "the columns that both outputs have, beside id and index, are " + String.join(", ", both),
                        "name some of these, or leave --columns out");
            }
        }
        return settings.columns().get();
    }

    private Comparison compared(Side a, Side b, List<String> columns) {
        Dataset<Row> rows = a.keyed(columns, A)
                .join(b.keyed(columns, B), new String[] {Side.ID, Side.INDEX}, "full_outer")
                .select(Side.ID, Side.INDEX, A, B);
        int shown = settings.shown();
        return SessionRows.of(rows)
                .mapPartitions(new RowComparison(columns, a.unfinished(), b.unfinished(), shown))
                .fold(Comparison.NONE, (some, others) -> some.plus(others, shown));
    }
}
