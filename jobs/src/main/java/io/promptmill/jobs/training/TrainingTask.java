package io.promptmill.jobs.training;

import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import io.promptmill.jobs.tokens.BlockForm;
import io.promptmill.jobs.tokens.Blocks;
import io.promptmill.jobs.tokens.TokenRow;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.spark.executor.LocalDirectory;
import io.promptmill.spark.executor.NativeSettings;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.TaskDevice;
import io.promptmill.spark.shipping.ModelBroadcast;
import io.promptmill.training.TrainingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction2;

/**
 * The work of the one task that trains: all rows in, weights and checkpoints out. A repeated attempt goes on from the newest
 * checkpoint.
 */
public final class TrainingTask implements FlatMapFunction2<Iterator<TokenRow>, Iterator<TokenRow>, TrainingEnd> {
    private static final long serialVersionUID = 1;

    private final ModelBroadcast model;
    private final RequestedDevice device;
    private final int threads;
    private final TrainingRecipe recipe;
    private final BlockForm form;
    private final SortedMap<String, byte[]> files;
    private final RunTarget target;
    private final LiveProgress progress;

    /**
     * The task.
     *
     * @param threads that compute on a CPU
     * @param files of the version beside its weights; without a tokenizer among them there are no samples
     */
    public TrainingTask(
            ModelBroadcast model,
            RequestedDevice device,
            int threads,
            TrainingRecipe recipe,
            BlockForm form,
            SortedMap<String, byte[]> files,
            RunTarget target,
            LiveProgress progress) {
        this.model = model;
        this.device = device;
        this.threads = threads;
        this.recipe = recipe;
        this.form = form;
        this.files = files;
        this.target = target;
        this.progress = progress;
    }

    @Override
    public Iterator<TrainingEnd> call(Iterator<TokenRow> rows, Iterator<TokenRow> heldOut) throws IOException {
        target.lease().check(target.files());
        Path scratch = LocalDirectory.path();
        NativeSettings.apply(scratch);
        String where = TaskDevice.of(device);
        try (TrainingModel training = load(scratch, where)) {
            Trainer trainer = new Trainer(
                    training,
                    recipe,
                    form.cut(rows, Blocks.Rest.DROPPED),
                    form.cut(heldOut, Blocks.Rest.KEPT),
                    target.checkpoints(),
                    target.metrics(),
                    sampler(scratch),
                    new Watched(),
                    scratch);
            Trainer.End end = trainer.run();
            if (end.problem().isEmpty()) {
                writeWeights(training);
            }
            Machine machine = ThisMachine.with(threads, where);
            return List.of(TrainingEnd.of(end, machine)).iterator();
        }
    }

    private TrainingModel load(Path scratch, String where) throws IOException {
        Path archive = model.materialize(scratch);
        try {
            return TrainingModel.load(archive, where, threads);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private Trainer.Sampler sampler(Path scratch) {
        return model.tokenizer().isPresent()
                ? new TextSampler(files, recipe.samplePrompt(), recipe.samples(), scratch)
                : training -> List.of();
    }

    /** Those of an earlier attempt have the same bits; the driver takes them from here to the version. */
    private void writeWeights(TrainingModel training) throws IOException {
        OutputFiles output = target.files();
        try (PendingFile file = output.begin(target.weights(), UUID.randomUUID().toString())) {
            training.writeWeights(file.stream(), recipe.weights());
            target.lease().check(output);
            file.publish();
        }
    }

    /** Ends with the task, and counts for the progress display. */
    private final class Watched implements Trainer.Observer {
        private long steps;
        private long tokens;

        @Override
        public void beforeBatch() {
            TaskContext.get().killTaskIfInterrupted();
        }

        @Override
        public void stepDone(double loss, long stepTokens) {
            steps++;
            tokens += stepTokens;
            progress.show(steps, tokens, loss);
        }
    }
}
