package io.promptmill.jobs;

import io.promptmill.GenerationConfig;
import io.promptmill.compile.CompiledModel;
import io.promptmill.spark.ModelBroadcast;
import io.promptmill.spark.PartitionPredictor;
import io.promptmill.spark.PredictionSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One run of {@code generate}, in this order: everything that can be refused is checked; then the model is compiled,
 * the plan written, the model shipped, and the missing chunks are generated; manifest and {@code _SUCCESS} come last.
 */
final class GenerateJob {
    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Configuration hadoop;
    private final JobSettings settings;
    private final PrintStream out;
    private final PrintStream err;
    private final BooleanSupplier interrupted;
    /** Null until the plan is written. */
    private OutputFolder output;

    /** A run on a session that the caller stops; the summary goes to {@code out}, the rest to {@code err}; asked after a failure
     * whether it was interrupted. */
    GenerateJob(
            SparkSession session, JobSettings settings, BooleanSupplier interrupted, PrintStream out, PrintStream err) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.hadoopConfiguration();
        this.settings = settings;
        this.out = out;
        this.err = err;
        this.interrupted = interrupted;
    }

    ExitCode run() throws RefusalException, IOException {
        try {
            return runToItsEnd();
        } catch (Exception e) { // Spark throws checked ones undeclared
            if (!interrupted.getAsBoolean()) {
                throw e;
            }
            err.println("promptmill: interrupted: " + (output == null ? "nothing was written" : output.abandon())
                    + ", the same command with --resume continues");
            return ExitCode.INTERRUPTED;
        }
    }

    private ExitCode runToItsEnd() throws RefusalException, IOException {
        try (JobModel model = JobModel.open(settings.model(), hadoop)) {
            model.checkpoint().warnings().forEach(warning -> err.println("promptmill: warning: " + warning));
            GenerationConfig config = settings.resolve(model.checkpoint().generationLayers());
            InputTable input = InputTable.open(session, settings);
            RunChecks.device(settings.device(), spark.getConf());
            RunChecks.tokenizer(model, input.columns(), config, settings.engine());
            OutputFolder folder = OutputFolder.open(settings.output(), hadoop, input.path(), settings.existingOutput());
            List<InputFile> inputFiles = input.files(spark);
            long rows = input.checkIds(settings.idColumn());
            RunPlan plan = folder.adopt(new RunPlanner(spark, settings)
                    .plan(model, config, input, inputFiles, rows, folder.interruptedPlan()));
            if (folder.finished()) {
                return alreadyDone(folder);
            }
            ChunkTarget target = ChunkTarget.of(
                    folder.files(), plan, input.columns().outputSchema(), new SerializableConfiguration(hadoop));
            List<ChunkReport> done = CommittedChunks.check(spark, target, folder.committed());
            CompiledModel compiled = model.compile();
            folder.begin(plan);
            output = folder;
            long start = System.nanoTime();
            List<ChunkReport> reports = generate(model, compiled, input, rows, target, done);
            Manifest manifest = Manifest.of(plan.fingerprint(), reports);
            input.checkUnchanged(spark, inputFiles);
            checkComplete(manifest, rows);
            folder.finish(manifest);
            double seconds = (System.nanoTime() - start) / 1e9;
            manifest.warning().ifPresent(warning -> err.println("promptmill: warning: " + warning));
            out.print(Summary.of(manifest, reports, folder.files().folder().toString(), seconds));
            return exitCode(manifest);
        }
    }

    private List<ChunkReport> generate(
            JobModel model,
            CompiledModel compiled,
            InputTable input,
            long rows,
            ChunkTarget target,
            List<ChunkReport> done)
            throws IOException {
        PredictionSettings prediction = new PredictionSettings(
                settings.layersOver(model.checkpoint().generationLayers()), settings.engine(), settings.device());
        long rowsDone =
                done.stream().mapToLong(report -> report.counts().prompts()).sum();
        ModelBroadcast shipped =
                ModelBroadcast.of(spark, compiled, model.tokenizer().orElse(null));
        try {
            PartitionPredictor predictor = new PartitionPredictor(shipped, input.columns(), prediction);
            return new ChunkJob(spark, err).run(input, rows - rowsDone, predictor, target, done);
        } finally {
            shipped.unpersist();
        }
    }

    private static void checkComplete(Manifest manifest, long rows) throws IOException {
        if (manifest.prompts() != rows) {
            throw new IOException("The input had " + rows + " prompts when it was checked and " + manifest.prompts()
                    + " when it was read. Was it changed during the run?");
        }
    }

    private ExitCode alreadyDone(OutputFolder folder) throws IOException {
        Manifest manifest = folder.manifest();
        out.println("The run in " + folder.files().folder() + " is finished, there is nothing to resume: "
                + Summary.outcomes(manifest));
        return exitCode(manifest);
    }

    private static ExitCode exitCode(Manifest manifest) {
        return manifest.failed() > 0 ? ExitCode.DONE_WITH_FAILED_ROWS : ExitCode.DONE;
    }
}
