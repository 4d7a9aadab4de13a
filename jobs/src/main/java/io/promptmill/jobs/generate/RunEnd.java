package io.promptmill.jobs.generate;

import io.promptmill.jobs.estimate.RunEstimate;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.EarlierRun;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.OutputFolder;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.progress.LimitWatch;
import io.promptmill.jobs.progress.RejectedLimit;
import io.promptmill.jobs.progress.Summary;
import io.promptmill.spark.rows.Outcomes;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * How a run ends: what is told of it, where, and its exit code. Sequences that are printed have the output for themselves.
 * Single-threaded.
 */
final class RunEnd {
    private final SparkSession session;
    private final JobSettings settings;
    private final BooleanSupplier interrupted;
    private final PrintStream out;
    private final PrintStream err;
    private final PrintStream told;

    /** Asked after a failure whether the run was interrupted. */
    RunEnd(SparkSession session, JobSettings settings, BooleanSupplier interrupted, PrintStream out, PrintStream err) {
        this.session = session;
        this.settings = settings;
        this.interrupted = interrupted;
        this.out = out;
        this.err = err;
        this.told = settings.input().isCommandLine() ? err : out;
    }

    /** The folder is finished, with chunks of this command. */
    ExitCode finished(OutputFolder folder, Manifest manifest, List<ChunkReport> reports, double seconds)
            throws RefusalException {
        Path path = folder.files().folder();
        told.print(Summary.of(manifest, reports, path.toString(), seconds));
        told.println(HowToOpen.line(path, settings.card().isPresent()));
        printSequences(folder, manifest);
        return exitCode(manifest);
    }

    /** The folder was finished before. */
    ExitCode alreadyDone(OutputFolder folder, Manifest manifest) throws RefusalException {
        told.println("The run in " + folder.files().folder() + " is finished, there is nothing to compute: "
                + Summary.outcomes(manifest));
        told.print(Summary.problems(manifest.problems()));
        printSequences(folder, manifest);
        return exitCode(manifest);
    }

    /** The folder was finished before, and no prompt is new. */
    ExitCode nothingToAppend(OutputFolder folder) {
        told.println("There is nothing to append to " + folder.files().folder() + ": no prompt is new");
        return ExitCode.DONE;
    }

    /** The rows, which have the output's schema, are in no folder. */
    ExitCode printed(StructType schema, List<Row> rows) {
        return exitCode(new SequencePrinter(schema, settings, out, err).print(rows), "");
    }

    /** What a run would take, instead of one. */
    ExitCode estimated(RunEstimate estimate, List<ChunkReport> done, RunPlan plan) {
        out.print(
                settings.dryRun().get() == EstimateForm.JSON
                        ? estimate.json() + System.lineSeparator()
                        : estimate.table());
        long rejected = ChunkCounts.sum(done).rejected() + estimate.rejected();
        return exitCode(new Outcomes(plan.rows() - rejected, rejected, 0), ", the run would end by that");
    }

    /** More prompts are rejected than may be. */
    ExitCode stoppedByRejected(OutputFolder folder, List<ChunkReport> reports) throws IOException {
        ChunkCounts counts = ChunkCounts.sum(reports);
        err.println(Summary.outcomes(counts));
        err.print(Summary.problems(counts.problems()));
        tellStop(
                settings.limits().maxRejected().passedBy(counts.rejected()),
                folder.progress(),
                " and a higher --max-rejected continues, corrected prompts start anew with --overwrite");
        return ExitCode.TOO_MANY_REJECTED;
    }

    /**
     * Something was thrown: because the run was to stop, or because it failed.
     *
     * @param left what there is to show for it
     */
    ExitCode stoppedOrFailed(Throwable failure, LimitWatch limits, String left) throws RunFailedException {
        Optional<String> reason = interrupted.getAsBoolean() ? Optional.of("interrupted") : limits.reached();
        if (reason.isEmpty()) {
            throw new RunFailedException(left, failure);
        }
        return stopped(reason.get(), left);
    }

    /** The run was to stop. */
    ExitCode stopped(String reason, String left) {
        tellStop(reason, left, " continues");
        return ExitCode.INTERRUPTED;
    }

    private void tellStop(String reason, String left, String remedy) {
        String instead =
                switch (settings.existingOutput()) {
                    case OVERWRITTEN -> " instead of --overwrite";
                    case RETRIED -> " instead of --retry-failed";
                    case APPENDED -> " instead of --append";
                    case REFUSED, RESUMED -> "";
                };
        err.println("promptmill: " + reason + ": " + left
                + (settings.output().isEmpty() || settings.dryRun().isPresent()
                        ? ""
                        : ", the same command with --resume" + instead + remedy));
    }

    private void printSequences(OutputFolder folder, Manifest manifest) throws RefusalException {
        if (settings.input().isCommandLine()) {
            Dataset<Row> rows = ChunkRows.of(session, folder, EarlierRun.fileNames(manifest));
            new SequencePrinter(rows.schema(), settings, out, err).print(rows.collectAsList());
        }
    }

    private ExitCode exitCode(Manifest manifest) { // too many are rejected where an earlier command had no such limit
        return exitCode(
                new Outcomes(manifest.ok(), manifest.rejected(), manifest.failed()),
                ", the finished folder stays as it is");
    }

    private ExitCode exitCode(Outcomes outcomes, String left) {
        RejectedLimit limit = settings.limits().maxRejected();
        if (limit.isPassed(outcomes.rejected(), outcomes.total())) {
            err.println("promptmill: " + limit.passedBy(outcomes.rejected()) + left);
            return ExitCode.TOO_MANY_REJECTED;
        }
        return outcomes.failed() > 0 ? ExitCode.DONE_WITH_FAILED_ROWS : ExitCode.DONE;
    }
}
