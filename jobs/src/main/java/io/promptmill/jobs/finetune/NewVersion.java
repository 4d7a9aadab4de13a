package io.promptmill.jobs.finetune;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.WorkFolder;
import io.promptmill.jobs.card.CardAuthor;
import io.promptmill.jobs.card.CardFiles;
import io.promptmill.jobs.card.ModelCard;
import io.promptmill.jobs.report.RunReport;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.RunStatus;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.training.RunTarget;
import io.promptmill.jobs.training.TrainerState;
import io.promptmill.jobs.versions.VersionWriter;
import io.promptmill.spark.shipping.RemoteCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Makes the next version of a training that is over: first the model, which is opened once as its users will, then the
 * records of the run, its page and the card, and {@code promptmill.json} last, without which there is no version.
 */
final class NewVersion {
    private final StartedRun run;
    private final Configuration hadoop;

    NewVersion(StartedRun run, Configuration hadoop) {
        this.run = run;
        this.hadoop = hadoop;
    }

    /**
     * Makes it.
     *
     * @param state after the last step
     * @param machine where it was trained
     * @param files of the version beside its weights
     * @param prefix that they put in front of every prompt; empty for none
     */
    FinishedVersion publish(
            TrainerState state, Machine machine, SortedMap<String, byte[]> files, String prefix, CardAuthor author)
            throws IOException {
        OutputFiles output = run.folder().files();
        VersionWriter version = run.folder().versions().begin(run.folder().lease());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            version.write(file.getKey(), file.getValue());
        }
        String weights = run.run().path() + "/" + RunTarget.WEIGHTS;
        try (InputStream in = output.open(weights);
                PendingFile out = version.begin(RunTarget.WEIGHTS)) {
            in.transferTo(out.stream());
            version.finish(RunTarget.WEIGHTS, out);
        }
        String digest = digest(version.location());
        ModelReference result = new ModelReference(version.location(), version.name(), digest);
        RunStory story = run.record(state, RunStatus.FINISHED, machine, result);
        Map<String, byte[]> page = new TreeMap<>();
        page.put(RunReport.FILE, RunReport.of(story));
        run.run().replace(run.folder().lease(), page);
        CardFiles card = ModelCard.of(story, prefix, author);
        for (Map.Entry<String, byte[]> file : card.files().entrySet()) {
            version.write(file.getKey(), file.getValue());
        }
        version.publish(story.run(), digest);
        output.delete(output.path(weights));
        return new FinishedVersion(
                version.location(),
                story,
                output.path(run.run().path() + "/" + RunReport.FILE).toString(),
                card.warnings());
    }

    /** The digest of the folder that was written, which is one that can be opened. */
    private String digest(String location) throws IOException {
        try (WorkFolder work = WorkFolder.create();
                Checkpoint checkpoint = Checkpoint.open(RemoteCheckpoint.localCopy(location, work.path(), hadoop))) {
            return checkpoint.digest();
        } catch (InvalidCheckpointException e) {
            throw new IOException("The version that was written cannot be opened: " + e.getMessage(), e);
        }
    }
}
