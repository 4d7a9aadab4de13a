package io.promptmill.jobs.finetune;

import io.promptmill.OptionWord;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.Precision;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.finetune.TrainingSettings.Products;
import io.promptmill.jobs.model.DeviceCheck;
import io.promptmill.jobs.output.Fingerprint;
import io.promptmill.jobs.tokens.TokenRows;
import io.promptmill.jobs.tokens.TokenTally;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.TrainingData;
import io.promptmill.jobs.training.ThisMachine;
import io.promptmill.jobs.training.TrainingRecipe;
import io.promptmill.training.PretrainedFiles;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Makes the plan of a run from what is asked, what is there, and the cluster; the records of it, too. */
final class RunPlanner {
    private static final String TASK_CPUS = "spark.task.cpus";
    private static final int SHOWN_CHANGES = 5;

    private final JavaSparkContext spark;
    private final FinetuneSettings settings;
    private final StartModel start;
    private final TrainingInput input;
    private final TrainingRows rows;
    private final TrainingRecipe recipe;
    private final Dropout dropout;

    RunPlanner(
            JavaSparkContext spark, FinetuneSettings settings, StartModel start, TrainingInput input, TrainingRows rows)
            throws RefusalException, IOException {
        this.spark = spark;
        this.settings = settings;
        this.start = start;
        this.input = input;
        this.rows = rows;
        this.recipe = settings.training().recipe(rows.blocks());
        this.dropout = settings.training().dropout(start.dropout());
    }

    TrainingRecipe recipe() {
        return recipe;
    }

    /**
     * Threads that compute on a CPU. Where Spark is one process, whose other tasks would have nothing to do, they are all of
     * its cores.
     */
    int threads() {
        SparkConf conf = spark.getConf();
        if (settings.threads().isPresent()) {
            return settings.threads().getAsInt();
        }
        boolean oneProcess = conf.get("spark.master", "local").matches("local(\\[.*])?");
        return oneProcess && !conf.contains(TASK_CPUS)
                ? Math.max(1, spark.defaultParallelism())
                : conf.getInt(TASK_CPUS, 1);
    }

    /** Shares of numbers that training leaves out. */
    Dropout dropout() {
        return dropout;
    }

    /** How matrices are multiplied. */
    Precision precision() {
        return settings.training().products() == Products.BFLOAT16 ? Precision.BF16 : Precision.FP32;
    }

    /** What the driver knows of where the task runs. */
    Machine driver() {
        return ThisMachine.with(threads(), DeviceCheck.isGpu(settings.device(), spark.getConf()) ? "gpu" : "cpu");
    }

    /** What stands in front of a prompt as it stood between texts; nothing where rows are blocks of token ids. */
    String prefix() {
        return rows.form().separator() == null ? "" : ModelFiles.SEPARATOR;
    }

    /** The files of the version beside its weights. */
    SortedMap<String, byte[]> modelFiles() throws RefusalException, IOException {
        try {
            return PretrainedFiles.of(
                    checkpoint(),
                    recipe.weights(),
                    ModelFiles.textGeneration(checkpoint().shape().positions(), prefix()));
        } catch (InvalidCheckpointException e) {
            throw new RefusalException(ExitCode.MODEL_REFUSED, e.problem(), e);
        }
    }

    /** A new run. */
    PlannedRun newPlan() throws RefusalException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return PlannedRun.of(
                RunRecord.id(now, ThreadLocalRandom.current().nextInt()), now.toString(), start.named(), fingerprint());
    }

    /** The newest run that is not finished and would come to the same weights as this one. */
    Optional<PlannedRun> unfinished(ModelFolder folder) throws RefusalException, IOException {
        String wanted = fingerprint().digest();
        for (PlannedRun plan : folder.unfinished()) {
            if (plan.fingerprint().equals(wanted)) {
                return Optional.of(plan);
            }
        }
        return Optional.empty();
    }

    /** What is to be said where there is an unfinished run that this one does not continue. */
    Optional<String> whyNoneIsContinued(ModelFolder folder) throws RefusalException, IOException {
        List<PlannedRun> unfinished = folder.unfinished();
        if (unfinished.isEmpty()) {
            return Optional.empty();
        }
        PlannedRun newest = unfinished.get(0);
        List<String> changes = fingerprint().changesSince(newest.compared());
        return Optional.of("the unfinished run " + newest.id() + " is another one, so a new one starts: "
                + String.join(", ", changes.stream().limit(SHOWN_CHANGES).toList()));
    }

    /** What the records of the run are made of. */
    RunRecords records(ModelFolder folder, PlannedRun plan) throws RefusalException, IOException {
        return new RunRecords(
                plan,
                folder.name(),
                parameters(),
                data(),
                start.parent(),
                input.counts(),
                input.lineage(folder.lineage(), data().digest(), start.parent()),
                recipe);
    }

    private TrainingData data() {
        boolean texts = input.train().kind() == TokenRows.Kind.TEXTS;
        Optional<TokenTally> heldOut = rows.heldOutTally();
        return new TrainingData(
                settings.data(),
                input.digest(rows.trainTally()),
                heldOut.map(input::heldOutDigest).orElse(null),
                texts ? input.posts(rows.trainTally()) : null,
                texts ? heldOut.map(TokenTally::rows).orElse(null) : null,
                rows.form().separator() == null
                        ? rows.trainTally().tokens()
                        : rows.trainTally().joinedTokens(),
                heldOut.map(tally -> rows.form().separator() == null ? tally.tokens() : tally.joinedTokens())
                        .orElse(null),
                rows.blocks(),
                rows.form().size());
    }

    /** By option name, as they are resolved. */
    private Map<String, Object> parameters() {
        TrainingSettings training = settings.training();
        Map<String, Object> all = new TreeMap<>(weighty());
        put(all, FinetuneOption.LOGGING_STEPS, training.loggingSteps());
        put(all, FinetuneOption.SAVE_STEPS, training.saveSteps());
        put(
                all,
                FinetuneOption.SAVE_TOTAL_LIMIT,
                training.saveTotalLimit().isPresent()
                        ? training.saveTotalLimit().getAsLong()
                        : "none");
        return all;
    }

    /** Those that can change the weights. */
    private Map<String, Object> weighty() {
        Map<String, Object> all = new TreeMap<>(settings.training().parameters());
        put(all, FinetuneOption.BLOCK_SIZE, rows.form().size());
        put(all, FinetuneOption.EVAL_STEPS, recipe.evalSteps());
        put(all, FinetuneOption.DROPOUT, dropout.toString());
        put(all, FinetuneOption.DEVICE, OptionWord.of(settings.device()));
        put(all, FinetuneOption.THREADS, threads());
        put(all, FinetuneOption.FROM_SCRATCH, settings.start().scratch().isPresent());
        put(
                all,
                FinetuneOption.ADD_SPECIAL_TOKENS,
                String.join(",", settings.start().addedTokens()));
        return all;
    }

    private Fingerprint fingerprint() throws RefusalException {
        SortedMap<String, String> fields = new TreeMap<>();
        weighty().forEach((name, value) -> fields.put(name, String.valueOf(value)));
        fields.put("version of promptmill", Version.number());
        fields.put("digest of the model", start.model().digest());
        start.named()
                .hubName()
                .ifPresent(name -> fields.put(FinetuneOption.MODEL.option().name(), name));
        start.named()
                .baseHubName()
                .ifPresent(name -> fields.put(FinetuneOption.BASE_MODEL.option().name(), name));
        fields.put("digest of the tokens", rows.trainTally().digest());
        fields.put("tokens of a block", rows.form().toString());
        fields.put(
                "digest of the held-out tokens",
                rows.heldOutTally().map(TokenTally::digest).orElse("none"));
        return new Fingerprint(fields);
    }

    private Checkpoint checkpoint() {
        return start.model().checkpoint();
    }

    private static void put(Map<String, Object> parameters, FinetuneOption option, Object value) {
        parameters.put(option.option().name(), value);
    }
}
