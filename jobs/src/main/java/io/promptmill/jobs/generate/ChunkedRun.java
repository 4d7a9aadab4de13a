package io.promptmill.jobs.generate;

import io.promptmill.Amount;
import io.promptmill.jobs.card.CardTerms;
import io.promptmill.jobs.card.DatasetCard;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkTarget;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.OutputFolder;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.output.WorkFile;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.spark.executor.LiveCounts;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.shipping.ModelBroadcast;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A run whose plan is written: computes the chunks that are missing, and finishes the folder.
 *
 * @param folder has begun
 * @param input the prompts
 * @param plan what is to be done
 * @param done reports of the chunks that an earlier driver has committed
 */
record ChunkedRun(OutputFolder folder, InputTable input, RunPlan plan, List<ChunkReport> done) {

    /** Reports in the chunks' order, of the done ones too; fewer than all where a limit was reached. */
    List<ChunkReport> computeMissing(
            JavaSparkContext spark, ChunkJob job, ModelBroadcast model, PredictionSettings settings)
            throws IOException {
        if (done.size() == plan.chunks()) {
            try (WorkFile work = WorkFile.open(folder, plan)) {
                work.complete();
            }
            return ChunkJob.inOrder(done);
        }
        ChunkTarget target = ChunkTarget.of(
                folder.files(),
                plan,
                input.columns().outputSchema(),
                folder.lease(),
                new SerializableConfiguration(spark.hadoopConfiguration()));
        long promptsDone =
                done.stream().mapToLong(report -> report.counts().prompts()).sum();
        try (WorkFile work = WorkFile.open(folder, plan)) {
            PartitionPredictor predictor =
                    new PartitionPredictor(model, input.columns(), settings, LiveCounts.register(spark.sc()));
            return job.run(input, plan.rows() - promptsDone, predictor, target, done, work);
        }
    }

    /**
     * Writes manifest, card, report and {@code _SUCCESS}, unless input and output have not been left alone.
     *
     * @param card what the folder's card says that no run knows; empty for no card
     * @param report writes the report, or tells why it could not
     */
    Manifest finish(List<ChunkReport> reports, Optional<CardTerms> card, Runnable report) throws IOException {
        input.checkUnchanged(plan.inputFiles());
        Manifest manifest = Manifest.of(plan.fingerprint(), reports);
        if (manifest.prompts() != plan.rows()) {
            throw new IOException("The input had " + Amount.of(plan.rows(), "prompt") + " when it was checked and "
                    + manifest.prompts() + " when it was read. Was it changed during the run?");
        }
        folder.finish(
                plan,
                manifest,
                card.isPresent() ? Optional.of(card(folder, plan, manifest, card.get())) : Optional.empty(),
                report);
        return manifest;
    }

    /** The card of all that is in a folder, earlier generations too. */
    static String card(OutputFolder folder, RunPlan plan, Manifest manifest, CardTerms terms) throws IOException {
        List<Manifest> manifests = new ArrayList<>(folder.earlier().olderManifests());
        manifests.add(manifest);
        return new DatasetCard(plan, manifests, terms).markdown();
    }
}
