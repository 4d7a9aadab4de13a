package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.estimate.RunEstimator;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.progress.Phases;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Tells what a run would take once all that it could refuse is checked, and ends there.
 *
 * @param startNanos when the run would have begun
 */
record DryRun(
        JavaSparkContext spark,
        JobSettings settings,
        Phases phases,
        ModelShipping shipping,
        RunEnd end,
        long startNanos) {
    private static final double NANOS = 1e9;

    /** That of a run whose output is not named. */
    ExitCode ofNewRun(InputTable input, JobModel model, GenerationConfig config, Precision precision)
            throws RefusalException, IOException {
        InputTable.Size size = input.checkIds();
        RunPlanner planner = new RunPlanner(spark, settings, precision);
        int slots = planner.slots(model, config, size.longestPrompt());
        RunPlan plan = planner.plan(model, config, slots, input, size.rows(), Optional.empty());
        return of(input, plan, List.of(), slots, model, precision);
    }

    /**
     * That of a run that would begin now.
     *
     * @param done the chunks that would stay
     */
    ExitCode of(InputTable input, RunPlan plan, List<ChunkReport> done, int slots, JobModel model, Precision precision)
            throws RefusalException, IOException {
        RunEstimator estimator = new RunEstimator(spark, phases, input, plan, done);
        if (estimator.isNothingLeft()) {
            return end.estimated(estimator.ofNothing(), done, plan);
        }
        ModelBroadcast shipped = shipping.ship(model, precision);
        return end.estimated(
                estimator.estimate(
                        shipped,
                        settings.prediction(model.checkpoint().generationDefaults(), slots),
                        settings.layout(),
                        (System.nanoTime() - startNanos) / NANOS),
                done,
                plan);
    }
}
