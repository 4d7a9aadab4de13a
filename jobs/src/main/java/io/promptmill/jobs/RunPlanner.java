package io.promptmill.jobs;

import io.promptmill.GenerationConfig;
import io.promptmill.spark.CpuCapability;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Makes the plan of a run from what is asked, what is there, and the cluster. */
final class RunPlanner {
    private final JavaSparkContext spark;
    private final JobSettings settings;

    RunPlanner(JavaSparkContext spark, JobSettings settings) {
        this.spark = spark;
        this.settings = settings;
    }

    /**
     * The plan.
     *
     * @param config settings of a prompt whose row sets nothing
     * @param files the input's files as they were before the rows were counted
     * @param rows prompts that this run is to compute
     * @param interrupted the plan of the run to be continued, whose number of chunks {@code --chunks auto} takes over
     */
    RunPlan plan(
            JobModel model,
            GenerationConfig config,
            InputTable input,
            List<InputFile> files,
            long rows,
            Optional<RunPlan> interrupted) {
        return new RunPlan(
                        "",
                        0,
                        "",
                        Version.number(),
                        model.location(),
                        model.checkpoint().digest(),
                        model.tokenizer()
                                .map(definition -> Sha256.ofText(definition.canonicalJson()))
                                .orElse("none"),
                        input.path().toString(),
                        files,
                        rows,
                        chunks(rows, config, interrupted),
                        settings.engine().slots(),
                        CpuCapability.ofThisMachine(),
                        ResolvedSettings.of(settings, config),
                        input.columns().outputSchema().json())
                .signed();
    }

    private int chunks(long rows, GenerationConfig config, Optional<RunPlan> interrupted) {
        if (settings.chunks().isPresent()) {
            return settings.chunks().getAsInt();
        }
        if (interrupted.isPresent()) {
            return interrupted.get().chunks();
        }
        int sequencesPerRow = Math.max(config.numReturnSequences(), config.numBeams());
        return ChunkPlan.auto(rows, sequencesPerRow, settings.engine().slots(), cores())
                .chunks();
    }

    // Executors register late and may be few at first, so what the user asked for counts too.
    private int cores() {
        SparkConf conf = spark.getConf();
        int asked = conf.getInt("spark.executor.instances", 0) * conf.getInt("spark.executor.cores", 1);
        return Math.max(spark.defaultParallelism(), asked);
    }
}
