package io.promptmill.jobs.generate;

import io.promptmill.Amount;
import io.promptmill.GenerationConfig;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.lease.LeaseLostException;
import io.promptmill.jobs.model.DeviceCheck;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.output.CardFile;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.CommittedChunks;
import io.promptmill.jobs.output.EarlierRun;
import io.promptmill.jobs.output.ExistingOutput;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.OutputFolder;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.progress.LimitWatch;
import io.promptmill.jobs.progress.Phases;
import io.promptmill.jobs.progress.RunLimits;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.jobs.table.TableState;
import io.promptmill.pretrained.ModelName;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One run of {@code generate}, in this order: everything that can be refused is checked; then the model is compiled
 * and shipped, the plan written, and the missing chunks are generated; manifest and {@code _SUCCESS} come last.
 */
final class GenerateJob {
    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Configuration hadoop;
    private final JobSettings settings;
    private final PrintStream err;
    private final Phases phases;
    private final ModelShipping shipping;
    private final RunEnd end;
    private final DryRun dryRun;

    /** A run on a session that the caller stops; the summary, or where they are printed the sequences, go to {@code out}, the
     * rest to {@code err}; asked after a failure whether it was interrupted. */
    GenerateJob(
            SparkSession session, JobSettings settings, BooleanSupplier interrupted, PrintStream out, PrintStream err) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.hadoopConfiguration();
        this.settings = settings;
        this.err = err;
        this.phases = new Phases(session.sparkContext(), "generate", err);
        this.shipping = new ModelShipping(session.sparkContext(), phases);
        this.end = new RunEnd(session, settings, interrupted, out, err);
        this.dryRun = new DryRun(spark, settings, phases, shipping, end, System.nanoTime());
    }

    /**
     * Runs to the end.
     *
     * @throws RunFailedException when a run that was not refused could not be finished
     */
    ExitCode run() throws RefusalException, IOException {
        try (LimitWatch limits = LimitWatch.start(limits(), spark.sc())) {
            try {
                return runToItsEnd(limits);
            } catch (RefusalException | RunFailedException e) {
                throw e;
            } catch (Throwable e) { // Spark throws checked ones undeclared, and libraries throw errors
                Failures.throwIfFatal(e);
                return end.stoppedOrFailed(e, limits, "nothing was written");
            } finally {
                phases.close();
            }
        }
    }

    /** An estimate is short, and no part of the run. */
    private RunLimits limits() {
        return settings.dryRun().isPresent() ? RunLimits.NONE : settings.limits();
    }

    private ExitCode runToItsEnd(LimitWatch limits) throws RefusalException, IOException {
        Optional<String> planned = plannedModel();
        phases.begin(
                "reading the model" + settings.model().map(model -> " " + model).orElse(""));
        try (JobModel model = JobModel.open(settings.model(), settings.baseModel(), planned, hadoop)) {
            if (planned.equals(Optional.of(model.location()))) {
                err.println("promptmill: this run was begun with " + model.location() + " for --model " + model.asked()
                        + " and goes on with it");
            }
            if (settings.model().isEmpty()) {
                err.println(
                        "promptmill: without --model this is the tiny sample model in the jar: it shows that all works, "
                                + "its texts mean nothing");
            }
            model.beginDigest();
            model.warnings().forEach(this::warn);
            RunChecks.digest(model, settings.modelDigest());
            GenerationConfig config = settings.resolve(model.checkpoint().generationDefaults());
            phases.begin("reading the prompts of " + settings.input().place());
            InputTable input = InputTable.open(session, settings.inputSettings(), plannedTable());
            input.columns().warning().ifPresent(this::warn);
            DeviceCheck.check(settings.device(), spark.getConf());
            Precision precision = RunChecks.precision(settings, spark.getConf());
            new TokenizerCheck(settings, model).check(input.columns(), config).forEach(this::warn);
            new VocabularyCheck(settings, model).check(config).forEach(this::warn);
            new RejectAllCheck(settings, model).check(input.columns(), config);
            if (settings.output().isEmpty()) {
                return settings.dryRun().isPresent()
                        ? dryRun.ofNewRun(input, model, config, precision)
                        : printOnly(input, model, config, precision);
            }
            try (OutputFolder folder =
                    OutputFolder.open(settings.output().get(), hadoop, input.paths(), settings.existingOutput())) {
                EarlierRun earlier = folder.earlier();
                InputTable.Size size = input.checkIds();
                Set<String> older = earlier.olderGenerations();
                if (!older.isEmpty()) {
                    input = input.without(ChunkRows.of(session, folder, older));
                    size = input.size();
                }
                RunPlanner planner = new RunPlanner(spark, settings, precision);
                int slots = planner.slots(model, config, size.longestPrompt());
                RunPlan plan = earlier.adopt(planner.plan(model, config, slots, input, size.rows(), earlier.plan()));
                if (earlier.appends()) {
                    earlier.refuseChangedRows(input.tableBefore());
                }
                boolean nothingNew = earlier.appends() && size.rows() == 0;
                if (nothingNew && settings.dryRun().isPresent()) {
                    return dryRun.of(input, plan, List.of(), slots, model, precision);
                }
                if (nothingNew) {
                    folder.clearLeftOvers();
                    return end.nothingToAppend(folder);
                }
                List<ChunkReport> done =
                        earlier.kept(CommittedChunks.check(spark, folder.files(), plan, earlier.committed()));
                if (settings.dryRun().isPresent()) {
                    return dryRun.of(input, plan, done, slots, model, precision);
                }
                Optional<Manifest> finished = earlier.finished(done);
                if (finished.isPresent()) {
                    return alreadyDone(folder, plan, finished.get());
                }
                if (settings.limits().maxRejected().isPassed(done, plan)) {
                    return end.stoppedByRejected(folder, done);
                }
                if (settings.card().isEmpty() && earlier.outdatesCard()) {
                    warn(CardFile.NAME + " told what the folder held before and is removed, --card writes it anew");
                }
                ModelBroadcast shipped = shipping.ship(model, precision);
                folder.begin(plan, done, spark::cancelAllJobs);
                return generate(
                        new ChunkedRun(folder, input, plan, done),
                        shipped,
                        settings.prediction(model.checkpoint().generationDefaults(), slots),
                        limits);
            }
        }
    }

    /**
     * The folder that a moving name of the model stood for when the run began that is to be continued: rows of two versions
     * are never mixed, and a scheduler may go on asking for the latest.
     */
    private Optional<String> plannedModel() {
        Optional<ModelName> moving = settings.model().map(ModelName::new).filter(ModelName::isMoving);
        if (moving.isEmpty()) {
            return Optional.empty();
        }
        return plan().filter(plan -> plan.modelAsked().equals(moving.get().text()))
                .map(RunPlan::model)
                .filter(moving.get()::mayStandFor); // anybody may have written the plan
    }

    /** The table of the run that is to be continued, which is read as it was; what is appended is in a later one. */
    private Optional<TableState> plannedTable() {
        return settings.existingOutput() == ExistingOutput.APPENDED
                ? Optional.empty()
                : plan().map(RunPlan::inputTable);
    }

    private Optional<RunPlan> plan() {
        return settings.output().flatMap(folder -> OutputFolder.planned(folder, hadoop, settings.existingOutput()));
    }

    private void warn(String sentence) {
        err.println("promptmill: warning: " + sentence);
    }

    private ExitCode printOnly(InputTable input, JobModel model, GenerationConfig config, Precision precision)
            throws RefusalException, IOException {
        InputTable.Size size = input.checkIds();
        int slots = new RunPlanner(spark, settings, precision).slots(model, config, size.longestPrompt());
        ModelBroadcast shipped = shipping.ship(model, precision);
        phases.begin("loading the model and generating: " + Amount.of(size.rows(), "prompt"));
        List<Row> rows = new PrintedRun(
                        spark, input, settings.prediction(model.checkpoint().generationDefaults(), slots))
                .rows(shipped);
        return end.printed(input.columns().outputSchema(), rows);
    }

    private ExitCode generate(ChunkedRun run, ModelBroadcast model, PredictionSettings prediction, LimitWatch limits)
            throws IOException {
        long start = System.nanoTime();
        try {
            List<ChunkReport> reports = run.computeMissing(
                    spark, new ChunkJob(spark, limits, settings.limits().maxRejected(), phases), model, prediction);
            if (settings.limits().maxRejected().isPassed(reports, run.plan())) {
                return end.stoppedByRejected(run.folder(), reports);
            }
            if (reports.size() < run.plan().chunks()) {
                return end.stopped(limits.reached().orElseThrow(), run.folder().progress());
            }
            phases.begin("finishing " + run.folder().files().folder());
            Manifest manifest = run.finish(
                    reports, settings.card(), () -> new ReportWriter(run.folder(), settings, hadoop).write(this::warn));
            double seconds = (System.nanoTime() - start) / 1e9;
            manifest.warning().ifPresent(this::warn);
            return end.finished(run.folder(), manifest, reports, seconds);
        } catch (Throwable e) { // Spark throws checked ones undeclared, and libraries throw errors
            Failures.throwIfFatal(e);
            String left = left(run.folder(), e);
            Optional<LeaseLostException> loss = run.folder().leaseLoss(); // it ends the Spark job
            if (loss.isPresent()) {
                throw new RunFailedException(left, loss.get());
            }
            return end.stoppedOrFailed(e, limits, left);
        }
    }

    private static String left(OutputFolder folder, Throwable failure) {
        try {
            return folder.progress();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
            return "what is left in " + folder.files().folder() + " cannot be told";
        }
    }

    private ExitCode alreadyDone(OutputFolder folder, RunPlan plan, Manifest manifest)
            throws RefusalException, IOException {
        folder.clearLeftOvers();
        if (settings.card().isPresent()) {
            folder.replaceCard(
                    ChunkedRun.card(folder, plan, manifest, settings.card().get()));
        }
        if (!folder.earlier().hasReport()) {
            new ReportWriter(folder, settings, hadoop).write(this::warn);
        }
        return end.alreadyDone(folder, manifest);
    }
}
