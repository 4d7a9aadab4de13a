package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.Sha256;
import io.promptmill.compile.LoadedWeights;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.DeviceCheck;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.model.CpuCapability;
import io.promptmill.spark.executor.SlotMemory;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Makes the plan of a run from what is asked, what is there, and the cluster. */
final class RunPlanner {
    private final JavaSparkContext spark;
    private final JobSettings settings;
    private final Precision precision;

    RunPlanner(JavaSparkContext spark, JobSettings settings, Precision precision) {
        this.spark = spark;
        this.settings = settings;
        this.precision = precision;
    }

    /** Sequences in flight in one task: what is asked for, or what fits the memory of the cluster's executors. */
    int slots(JobModel model, GenerationConfig config, long longestPrompt) {
        if (settings.slots().isPresent()) {
            return settings.slots().getAsInt();
        }
        // A token is at least a byte of its text.
        long longest = longestPrompt + config.prefix().length() * 3L;
        long positions = longest + config.maxTokens().tokens();
        return SlotMemory.of(
                        spark.getConf(),
                        model.checkpoint().shape(),
                        LoadedWeights.bytes(model.checkpoint(), precision),
                        (int) Math.min(positions, Integer.MAX_VALUE))
                .slots();
    }

    /**
     * The plan.
     *
     * @param slots sequences in flight in one task
     * @param config settings of a prompt whose row sets nothing
     * @param rows prompts that this run is to compute
     * @param interrupted the plan of the run to be continued, whose number of chunks {@code --chunks auto} takes over
     */
    RunPlan plan(
            JobModel model,
            GenerationConfig config,
            int slots,
            InputTable input,
            long rows,
            Optional<RunPlan> interrupted)
            throws RefusalException {
        return new RunPlan(
                        "",
                        0,
                        "",
                        Version.number(),
                        model.location(),
                        model.asked(),
                        model.version().orElse(null),
                        model.digest(),
                        model.tokenizer()
                                .definition()
                                .map(definition -> Sha256.ofText(definition.canonicalJson()))
                                .orElse("none"),
                        input.place(),
                        input.files(),
                        input.table().orElse(null),
                        rows,
                        chunks(model, rows, config, slots, interrupted),
                        slots,
                        CpuCapability.ofThisMachine(),
                        resolved(model, config),
                        input.columns().outputSchema().json())
                .signed();
    }

    private Map<String, Object> resolved(JobModel model, GenerationConfig config) {
        Map<String, Object> resolved = ResolvedSettings.of(settings, precision, config);
        // Any other base is told by the digest of the model alone.
        model.baseHubName()
                .ifPresent(name -> resolved.put(JobOption.BASE_MODEL.option().name(), name));
        return resolved;
    }

    private int chunks(JobModel model, long rows, GenerationConfig config, int slots, Optional<RunPlan> interrupted) {
        if (settings.chunks().isPresent()) {
            return settings.chunks().getAsInt();
        }
        if (interrupted.isPresent()) {
            return interrupted.get().chunks();
        }
        int sequencesPerRow = Math.max(config.numReturnSequences(), config.numBeams());
        return ChunkPlan.auto(rows, sequencesPerRow, slots, cores(), secondsPerSequence(model, config))
                .chunks();
    }

    // Nobody knows how fast a GPU is.
    private double secondsPerSequence(JobModel model, GenerationConfig config) {
        return DeviceCheck.isGpu(settings.device(), spark.getConf())
                ? 0
                : config.maxTokens().tokens()
                        / CoreRate.tokensPerSecond(model.checkpoint().shape(), precision);
    }

    // Executors register late and may be few at first, so what the user asked for counts too.
    private int cores() {
        SparkConf conf = spark.getConf();
        int executors = conf.getInt("spark.executor.instances", 0);
        if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
            executors = Math.max(executors, conf.getInt("spark.dynamicAllocation.maxExecutors", 0));
        }
        int asked = executors * conf.getInt("spark.executor.cores", 1);
        return Math.max(spark.defaultParallelism(), asked);
    }
}
