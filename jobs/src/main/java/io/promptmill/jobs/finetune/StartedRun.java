package io.promptmill.jobs.finetune;

import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.RunStatus;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.training.RunCheckpoints;
import io.promptmill.jobs.training.RunTarget;
import io.promptmill.jobs.training.TrainerState;
import java.io.IOException;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run whose plan is written, as the driver sees it.
 *
 * @param folder is held
 * @param run its folder there
 * @param records what it is known by
 */
record StartedRun(ModelFolder folder, RunFolder run, RunRecords records) {
    private static final Logger LOG = LoggerFactory.getLogger(StartedRun.class);

    /** Where its task writes. */
    RunTarget target(SerializableConfiguration hadoop) {
        return new RunTarget(
                folder.files().folder().toString(), run.path(), folder.lease().ticket(), hadoop);
    }

    /** The newest checkpoint's state, or that before the first step. */
    TrainerState newest() throws IOException {
        return new RunCheckpoints(folder.files(), folder.lease().ticket(), run.path())
                .newest()
                .orElse(TrainerState.BEGIN);
    }

    /**
     * Writes the records of the run at a state of its training.
     *
     * @param result the version that came of it; null where there is none yet
     */
    RunStory record(TrainerState state, RunStatus status, Machine machine, ModelReference result) throws IOException {
        RunStory story = records.story(state, status, machine, result);
        run.replace(folder.lease(), RunRecords.files(story, null));
        return story;
    }

    /** Writes them where the training goes no further. */
    void recordEnd(TrainerState state, RunStatus status, Machine machine, String why) throws IOException {
        run.replace(folder.lease(), RunRecords.files(records.story(state, status, machine, null), why));
    }

    /** Writes them after a failure, of which they must not hide anything. */
    void recordFailure(RunStatus status, Machine machine, Throwable failure) {
        try {
            recordEnd(newest(), status, machine, Failures.rootMessage(failure));
        } catch (IOException | RuntimeException e) {
            LOG.warn("run.json of {} still says that it runs: {}", run.plan().id(), e.getMessage());
        }
    }

    /** What a run that ends early leaves, in words. */
    String left() {
        String where = folder.files().path(run.path()).toString();
        try {
            long step = newest().step();
            return where + (step == 0 ? " holds no checkpoint" : " holds the checkpoint of step " + step);
        } catch (IOException | RuntimeException e) {
            return "what is left in " + where + " cannot be told";
        }
    }
}
