package io.promptmill.jobs.estimate;

import io.promptmill.Amount;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkTarget;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.progress.Phases;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Estimates a run that is planned, on the Spark that would compute it: by measuring, calibrating and simulating. */
public final class RunEstimator {
    private static final double NANOS = 1e9;

    private final JavaSparkContext spark;
    private final Phases phases;
    private final InputTable input;
    private final RunPlan plan;
    private final List<ChunkReport> done;

    /** Seconds that an estimate has taken. */
    private record Spent(double preparing, double loading, double reading, double calibrating) {}

    /**
     * An estimator of one run.
     *
     * @param spark stays the caller's to stop
     * @param done chunks that would stay
     */
    public RunEstimator(JavaSparkContext spark, Phases phases, InputTable input, RunPlan plan, List<ChunkReport> done) {
        this.spark = spark;
        this.phases = phases;
        this.input = input;
        this.plan = plan;
        this.done = List.copyOf(done);
    }

    /** Whether a run would have no prompt to compute. */
    public boolean isNothingLeft() {
        return prompts() == 0;
    }

    /** The estimate where nothing is left. */
    public RunEstimate ofNothing() {
        return RunEstimate.ofNothing(done, Cluster.of(spark.sc()));
    }

    private long prompts() {
        return plan.rows() - ChunkCounts.sum(done).prompts();
    }

    /**
     * The estimate.
     *
     * @param model shipped
     * @param settings with the run's slots
     * @param layout of the rows
     * @param preparing seconds that it took so far
     */
    public RunEstimate estimate(
            ModelBroadcast model, PredictionSettings settings, OutputLayout layout, double preparing) {
        long start = System.nanoTime();
        phases.begin("loading the model");
        PartitionPredictor predictor =
                new PartitionPredictor(model, input.columns(), settings, LiveCounts.register(spark.sc()));
        Cluster cluster = Cluster.of(spark.sc());
        inEachTask(cluster).foreach(task -> predictor.load());
        double loading = (System.nanoTime() - start) / NANOS;
        start = System.nanoTime();
        phases.begin("measuring " + Amount.of(prompts(), "prompt"));
        MeasuredPrompts measured = measure(predictor);
        double reading = (System.nanoTime() - start) / NANOS;
        start = System.nanoTime();
        phases.begin("generating a sample");
        int slots = settings.engine().slots();
        Calibration learnt = calibrate(predictor, measured, cluster, slots);
        double calibrating = (System.nanoTime() - start) / NANOS;
        return of(measured, learnt, cluster, slots, layout, new Spent(preparing, loading, reading, calibrating));
    }

    private JavaRDD<Integer> inEachTask(Cluster cluster) {
        return spark.parallelize(IntStream.range(0, cluster.tasks()).boxed().toList(), cluster.tasks());
    }

    private MeasuredPrompts measure(PartitionPredictor predictor) {
        return input.columns()
                .select(input.rows())
                .javaRDD()
                .mapPartitions(new MeasureTask(predictor, input.columns(), plan.chunkPlan(), missing()))
                .treeReduce(MeasuredPrompts::plus);
    }

    private BitSet missing() {
        BitSet missing = new BitSet(plan.chunks());
        missing.set(0, plan.chunks());
        done.forEach(report -> missing.clear(report.chunk()));
        return missing;
    }

    private Calibration calibrate(PartitionPredictor predictor, MeasuredPrompts measured, Cluster cluster, int slots) {
        if (measured.outcomes().ok() == 0) {
            return new Calibration();
        }
        StructType schema = input.columns().outputSchema();
        CalibrationTask task = new CalibrationTask(
                predictor,
                measured.drawnRows(),
                slots,
                Math.max(1, measured.mostNewTokens() / cluster.tasks()),
                cluster.tasks(),
                schema,
                ChunkTarget.footer(plan),
                new SerializableConfiguration(spark.hadoopConfiguration()));
        return inEachTask(cluster).map(task).reduce(Calibration::plus);
    }

    private RunEstimate of(
            MeasuredPrompts measured,
            Calibration learnt,
            Cluster cluster,
            int slots,
            OutputLayout layout,
            Spent spent) {
        List<MeasuredPrompt> drawn = measured.drawnSizes();
        long ok = measured.outcomes().ok();
        long likely = likely(measured, drawn, learnt.sequences().survival());
        BitSet missing = missing();
        RunSimulation simulation = new RunSimulation(plan.chunkPlan(), missing, cluster.tasks(), learnt.costs(), slots);
        double generating = simulation.seconds(drawn, ok, learnt.drawn());
        double longest = simulation.seconds(drawn, ok, (prompt, uniform) -> prompt.mostNewTokens());
        double before = spent.preparing() + spent.loading() + spent.reading();
        long sequences = layout == OutputLayout.GROUPED ? ok : measured.sequences();
        long rejected = measured.outcomes().rejected();
        long files = Math.min(missing.cardinality(), prompts());
        return new RunEstimate(
                prompts(),
                missing.cardinality(),
                RunEstimate.There.of(done),
                ok,
                rejected,
                measured.problems(),
                measured.promptTokens(),
                new RunEstimate.NewTokens(measured.leastNewTokens(), likely, measured.mostNewTokens()),
                new RunEstimate.Output(
                        files,
                        sequences + rejected,
                        learnt.bytes(files, sequences + rejected, measured.promptTokens() + likely)),
                cluster,
                new RunEstimate.Seconds(
                        spent.preparing(),
                        spent.loading(),
                        spent.reading(),
                        generating,
                        before + generating,
                        before + Math.max(generating, longest)),
                new RunEstimate.Sample(learnt.prompts(), learnt.tokens(), spent.calibrating()));
    }

    /** As far between the least and the most as those that are drawn are in the mean. */
    private static long likely(MeasuredPrompts measured, List<MeasuredPrompt> drawn, Survival survival) {
        double least = 0;
        double most = 0;
        double expected = 0;
        for (MeasuredPrompt prompt : drawn) {
            least += prompt.size().leastTokens();
            most += prompt.size().mostTokens();
            expected += Calibration.expectedTokens(prompt.size(), survival);
        }
        double share = most == least ? 1 : (expected - least) / (most - least);
        return measured.leastNewTokens() + Math.round(share * (measured.mostNewTokens() - measured.leastNewTokens()));
    }
}
