package io.promptmill.jobs.finetune;

import io.promptmill.Problem;
import io.promptmill.compile.CompiledModel;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.finetune.FinetuneSettings.EarlierRuns;
import io.promptmill.jobs.model.DeviceCheck;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.RunStatus;
import io.promptmill.jobs.training.RunTarget;
import io.promptmill.jobs.training.TrainerState;
import io.promptmill.jobs.training.TrainingEnd;
import io.promptmill.jobs.training.TrainingJob;
import io.promptmill.jobs.training.TrainingTask;
import io.promptmill.pretrained.ModelName;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One run of {@code finetune}, in this order: everything that can be refused is checked, and the data are read once; then
 * the folder is taken, the plan of a new run written or that of an interrupted one found, and one task trains; the records
 * of the run and the version come last, {@code promptmill.json} at the very end.
 */
final class FinetuneJob {
    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Configuration hadoop;
    private final FinetuneSettings settings;
    private final BooleanSupplier interrupted;
    private final PrintStream out;
    private final PrintStream err;

    /** A run on a session that the caller stops; the summary goes to {@code out}, the rest to {@code err}; asked after a failure
     * whether it was interrupted. */
    FinetuneJob(
            SparkSession session,
            FinetuneSettings settings,
            BooleanSupplier interrupted,
            PrintStream out,
            PrintStream err) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.hadoopConfiguration();
        this.settings = settings;
        this.interrupted = interrupted;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs to the end.
     *
     * @throws RunFailedException when a run that was not refused could not be finished
     */
    ExitCode run() throws RefusalException, IOException {
        try {
            return runToItsEnd();
        } catch (RefusalException | RunFailedException e) {
            throw e;
        } catch (Throwable e) { // Spark throws checked ones undeclared, and libraries throw errors
            Failures.throwIfFatal(e);
            return stoppedOrFailed(e, "nothing was written");
        }
    }

    private ExitCode runToItsEnd() throws RefusalException, IOException {
        DeviceCheck.check(settings.device(), spark.getConf());
        TrainingChecks.bf16(settings, spark.getConf());
        try (ModelFolder folder = ModelFolder.open(settings.output(), hadoop);
                StartModel start = StartModel.open(
                        settings.start(),
                        plannedModel(folder),
                        settings.training().seed(),
                        hadoop)) {
            JobModel model = start.model();
            model.beginDigest();
            model.warnings().forEach(this::warn);
            TrainingInput input = TrainingInput.open(session, settings);
            TrainingChecks checks = new TrainingChecks(settings, model, input);
            TrainingRows rows =
                    TrainingRows.check(spark, input, checks.encoder(), checks.blockSize(), checks.separator());
            checks.blockFits(rows.form());
            rows.warnings(input).forEach(this::warn);
            RunPlanner planner = new RunPlanner(spark, settings, start, input, rows);
            SortedMap<String, byte[]> files = planner.modelFiles();
            CompiledModel compiled = model.compileForTraining(planner.dropout(), planner.precision());
            folder.hold(spark::cancelAllJobs);
            RunFolder run = run(folder, planner);
            StartedRun started = new StartedRun(folder, run, planner.records(folder, run.plan()));
            ModelBroadcast shipped = ModelBroadcast.of(spark, compiled, model.tokenizer());
            try {
                return train(started, planner, shipped, files, rows);
            } finally {
                shipped.unpersist(spark);
            }
        }
    }

    /**
     * The folder that a moving name of the model stood for when the run began that is to be continued, so that a version
     * that has appeared since does not begin another one.
     */
    private Optional<String> plannedModel(ModelFolder folder) throws RefusalException, IOException {
        Optional<ModelName> moving =
                settings.start().model().map(ModelName::new).filter(ModelName::isMoving);
        if (moving.isEmpty() || settings.earlierRuns() != EarlierRuns.CONTINUED) {
            return Optional.empty();
        }
        return folder.unfinished().stream()
                .filter(plan -> plan.modelAsked().equals(moving.get().text()))
                .map(PlannedRun::model)
                .filter(moving.get()::mayStandFor) // anybody may have written the plan
                .findFirst();
    }

    /** The run to be continued, or a new one, with its plan written. */
    private RunFolder run(ModelFolder folder, RunPlanner planner) throws RefusalException, IOException {
        if (settings.earlierRuns() == EarlierRuns.CONTINUED) {
            Optional<PlannedRun> unfinished = planner.unfinished(folder);
            if (unfinished.isPresent()) {
                RunFolder run = folder.run(unfinished.get());
                err.println("promptmill: the run " + run.plan().id() + " goes on");
                return run;
            }
            planner.whyNoneIsContinued(folder).ifPresent(this::warn);
        }
        RunFolder run = folder.run(planner.newPlan());
        run.begin();
        return run;
    }

    private ExitCode train(
            StartedRun run,
            RunPlanner planner,
            ModelBroadcast model,
            SortedMap<String, byte[]> files,
            TrainingRows rows)
            throws IOException {
        Machine driver = planner.driver(); // a Spark that has been stopped does not tell any more
        try {
            TrainerState newest = run.newest();
            run.record(newest, RunStatus.RUNNING, driver, null);
            RunTarget target = run.target(new SerializableConfiguration(hadoop));
            TrainingJob.TaskFactory tasks = progress -> new TrainingTask(
                    model,
                    settings.device(),
                    planner.threads(),
                    planner.recipe(),
                    rows.form(),
                    files,
                    target,
                    progress);
            long stepsLeft = planner.recipe().steps().steps() - newest.step();
            TrainingEnd end = new TrainingJob(spark, err).run(rows.train(), rows.heldOut(), tasks, stepsLeft);
            Machine machine = end.machine();
            if (end.problem().isPresent()) {
                Problem problem = end.problem().get();
                run.recordEnd(end.state(), RunStatus.FAILED, machine, problem.toString());
                throw new RunFailedException(run.left(), new TrainingFailedException(problem));
            }
            FinishedVersion version = new NewVersion(run, hadoop)
                    .publish(end.state(), machine, files, planner.prefix(), settings.author());
            version.warnings().forEach(this::warn);
            out.print(version.summary());
            return ExitCode.DONE;
        } catch (RunFailedException e) {
            throw e;
        } catch (Throwable e) { // Spark throws checked ones undeclared, and libraries throw errors
            Failures.throwIfFatal(e);
            String left = run.left();
            if (run.folder().leaseLoss().isPresent()) { // it ends the Spark job
                throw new RunFailedException(left, run.folder().leaseLoss().get());
            }
            run.recordFailure(interrupted.getAsBoolean() ? RunStatus.STOPPED : RunStatus.FAILED, driver, e);
            return stoppedOrFailed(e, left);
        }
    }

    private ExitCode stoppedOrFailed(Throwable failure, String left) throws RunFailedException {
        if (!interrupted.getAsBoolean()) {
            throw new RunFailedException(left, failure);
        }
        err.println("promptmill: interrupted: " + left + ", the same command with --resume continues");
        return ExitCode.INTERRUPTED;
    }

    private void warn(String sentence) {
        err.println("promptmill: warning: " + sentence);
    }
}
