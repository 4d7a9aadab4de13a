package io.promptmill.jobs;

import io.promptmill.GenerationConfig;
import io.promptmill.Problem;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.Precision;
import io.promptmill.generation.ReturnedText;
import io.promptmill.spark.CpuCapability;
import io.promptmill.spark.DeviceWish;
import io.promptmill.spark.ModelBroadcast;
import io.promptmill.spark.PartitionPredictor;
import io.promptmill.spark.PredictionSettings;
import io.promptmill.spark.PromptColumns;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * One run of {@code generate}, in this order: everything that can be refused is checked; then the model is compiled,
 * the plan written, the model shipped, and the chunks are generated; manifest and {@code _SUCCESS} come last.
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

    /**
     * Runs to the end.
     *
     * @throws RunFailedException when a run that was not refused could not be finished
     */
    ExitCode run() throws RefusalException, IOException {
        try {
            return runToItsEnd();
        } catch (RefusalException e) {
            throw e;
        } catch (Exception e) { // Spark throws checked ones undeclared
            String left = abandon(e);
            if (!interrupted.getAsBoolean()) {
                throw new RunFailedException(left, e);
            }
            err.println("promptmill: interrupted: " + left
                    + ", this version cannot continue a run, run again with --overwrite for now");
            return ExitCode.INTERRUPTED;
        }
    }

    private String abandon(Exception failure) {
        if (output == null) {
            return "nothing was written";
        }
        try {
            return output.abandon();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
            return "what is left in " + output.files().folder() + " cannot be told";
        }
    }

    private ExitCode runToItsEnd() throws RefusalException, IOException {
        try (JobModel model = JobModel.open(settings.model(), hadoop)) {
            model.checkpoint().warnings().forEach(warning -> err.println("promptmill: warning: " + warning));
            checkDevice();
            GenerationConfig config = settings.resolve(model.checkpoint().generationLayers());
            InputTable input = InputTable.open(session, settings);
            checkTokenizer(model, input.columns(), config);
            VocabularyCheck.check(settings, model, config);
            OutputFolder folder = OutputFolder.open(settings.output(), hadoop, input.path(), settings.existingOutput());
            OutputFiles files = folder.files();
            long rows = input.checkIds(settings.idColumn());
            ChunkPlan chunks = chunkPlan(rows, config);
            RunPlan plan = plan(model, config, input, rows, chunks);
            PredictionSettings prediction = new PredictionSettings(
                    settings.layersOver(model.checkpoint().generationLayers()), settings.engine(), settings.device());
            ChunkTarget target = new ChunkTarget(
                    files.folder().toString(),
                    chunks,
                    input.columns().outputSchema(),
                    footer(plan),
                    new SerializableConfiguration(hadoop));
            CompiledModel compiled = model.compile(Precision.FP32);
            folder.begin(plan);
            output = folder;
            long start = System.nanoTime();
            ModelBroadcast shipped =
                    ModelBroadcast.of(spark, compiled, model.tokenizer().orElse(null));
            try {
                List<ChunkReport> reports =
                        generate(input, rows, new PartitionPredictor(shipped, input.columns(), prediction), target);
                Manifest manifest = Manifest.of(plan.fingerprint(), reports);
                if (manifest.prompts() != rows) {
                    throw new IOException("The input had " + rows + " prompts when it was checked and "
                            + manifest.prompts() + " when it was read. Was it changed during the run?");
                }
                folder.finish(manifest);
                double seconds = (System.nanoTime() - start) / 1e9;
                manifest.warning().ifPresent(warning -> err.println("promptmill: warning: " + warning));
                out.print(Summary.of(manifest, reports, files.folder().toString(), seconds));
                return manifest.failed() > 0 ? ExitCode.DONE_WITH_FAILED_ROWS : ExitCode.DONE;
            } finally {
                shipped.unpersist();
            }
        }
    }

    private List<ChunkReport> generate(InputTable input, long rows, PartitionPredictor predictor, ChunkTarget target) {
        PromptColumns columns = input.columns();
        JavaPairRDD<String, Row> chunks = columns.select(input.rows())
                .javaRDD()
                .mapToPair(row -> new Tuple2<>(columns.canonicalId(row), withoutSchema(row)))
                .repartitionAndSortWithinPartitions(new ChunkPartitioner(target.plan()));
        ProgressListener listener = new ProgressListener();
        spark.sc().addSparkListener(listener);
        ProgressDisplay display = ProgressDisplay.start(rows, listener::progress, err);
        try {
            ChunkTask task = new ChunkTask(predictor, target, LiveCounts.register(spark.sc()));
            return chunks.mapPartitionsWithIndex(task, true).collect().stream()
                    .sorted(Comparator.comparingInt(ChunkReport::chunk))
                    .toList();
        } finally {
            display.close();
            spark.sc().removeSparkListener(listener);
        }
    }

    // A row with its schema would carry the schema through the shuffle.
    private static Row withoutSchema(Row row) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return RowFactory.create(values);
    }

    private void checkDevice() throws RefusalException {
        String amount = "spark.task.resource.gpu.amount";
        if (settings.device() == DeviceWish.GPU && !spark.getConf().contains(amount)) {
            throw RefusalException.usage(
                    "gpu_not_assigned",
                    "--device gpu is given and Spark assigns no GPU to tasks",
                    amount + " is not set",
                    "set it together with spark.executor.resource.gpu.amount and the discovery script, or use --device"
                            + " auto");
        }
    }

    private void checkTokenizer(JobModel model, PromptColumns columns, GenerationConfig config)
            throws RefusalException {
        if (model.tokenizer().isPresent()) {
            return;
        }
        if (!columns.promptsAreTokenIds()) {
            throw new RefusalException(
                    ExitCode.MODEL_REFUSED,
                    new Problem(
                            "tokenizer_missing",
                            "the prompts are text and " + model.location() + " has no tokenizer",
                            "a text cannot be read without one",
                            "add tokenizer.json to the model's folder, or give prompt_token_ids as input"));
        }
        String option = !config.stop().isEmpty()
                ? "--stop"
                : !config.prefix().isEmpty()
                        ? "--prefix"
                        : settings.engine().returnedText() == ReturnedText.PROMPT_AND_CONTINUATION
                                ? "--return-full-text"
                                : null;
        if (option != null) {
            throw RefusalException.usage(
                    "tokenizer_missing",
                    option + " needs a tokenizer and " + model.location() + " has none",
                    "a text can be neither read nor written without one",
                    "add tokenizer.json to the model's folder or switch " + option + " off");
        }
    }

    private ChunkPlan chunkPlan(long rows, GenerationConfig config) {
        if (settings.chunks().isPresent()) {
            return new ChunkPlan(settings.chunks().getAsInt());
        }
        int sequencesPerRow = Math.max(config.numReturnSequences(), config.numBeams());
        return ChunkPlan.auto(rows, sequencesPerRow, settings.engine().slots(), cores());
    }

    // Executors register late and may be few at first, so what the user asked for counts too.
    private int cores() {
        SparkConf conf = spark.getConf();
        int asked = conf.getInt("spark.executor.instances", 0) * conf.getInt("spark.executor.cores", 1);
        return Math.max(spark.defaultParallelism(), asked);
    }

    private RunPlan plan(JobModel model, GenerationConfig config, InputTable input, long rows, ChunkPlan chunks) {
        Map<String, Object> resolved = ResolvedSettings.of(settings, config);
        String tokenizer = model.tokenizer()
                .map(definition -> Sha256.ofText(definition.canonicalJson()))
                .orElse("none");
        resolved.put("tokenizer-digest", tokenizer);
        String schema = input.columns().outputSchema().json();
        String digest = model.checkpoint().digest();
        return new RunPlan(
                RunPlan.fingerprintOf(Version.number(), digest, chunks.chunks(), resolved, schema),
                Version.number(),
                model.location(),
                digest,
                input.path().toString(),
                rows,
                chunks.chunks(),
                settings.engine().slots(),
                CpuCapability.ofThisMachine(),
                resolved,
                schema);
    }

    private static Map<String, String> footer(RunPlan plan) {
        return Map.of(
                "promptmill.version", plan.promptmill(),
                "promptmill.model", plan.model(),
                "promptmill.model.digest", plan.modelDigest(),
                "promptmill.settings", Json.write(plan.settings()));
    }
}
