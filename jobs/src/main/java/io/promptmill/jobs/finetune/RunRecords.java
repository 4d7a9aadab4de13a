package io.promptmill.jobs.finetune;

import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.tracking.ArtifactKind;
import io.promptmill.jobs.tracking.JsonLines;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.LineageJob;
import io.promptmill.jobs.tracking.Losses;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.OpenLineageEvent;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStatus;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Totals;
import io.promptmill.jobs.tracking.TrainingData;
import io.promptmill.jobs.training.TrainerState;
import io.promptmill.jobs.training.TrainerState.Best;
import io.promptmill.jobs.training.TrainingRecipe;
import io.promptmill.jobs.training.TrainingRecipe.WeightsAtEnd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of a run before it is trained, and how it becomes records. Immutable.
 *
 * @param plan of the run
 * @param model name of the model
 * @param parameters settings by option name
 * @param data what it learns from
 * @param parent the model that it starts from; empty for one from scratch
 * @param counts a row a user
 * @param lineage of data and parent
 * @param recipe how it is trained
 */
record RunRecords(
        PlannedRun plan,
        String model,
        Map<String, Object> parameters,
        TrainingData data,
        Optional<ModelReference> parent,
        List<UserCounts> counts,
        Lineage lineage,
        TrainingRecipe recipe) {
    /** All that is told of the run at a state of its training. */
    RunStory story(TrainerState state, RunStatus status, Machine machine, ModelReference result) {
        RunRecord run = new RunRecord(
                plan.id(),
                model,
                status,
                plan.started(),
                status == RunStatus.RUNNING ? null : Instant.now().toString(),
                Version.number(),
                machine,
                parameters,
                data,
                parent.orElse(null),
                result,
                totals(state),
                losses(state));
        Lineage whole = result == null ? lineage : lineage.with(ArtifactKind.FINE_TUNED, model, result.digest());
        return new RunStory(run, state.metrics(), state.samples(), counts, whole);
    }

    /**
     * The files of a story in the run's folder, the event of OpenLineage among them.
     *
     * @param error why the run failed; null where it did not
     */
    static Map<String, byte[]> files(RunStory story, String error) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put(RunFolder.RUN, story.run().json());
        files.put(RunFolder.METRICS, JsonLines.write(story.metrics()));
        files.put(RunFolder.SAMPLES, JsonLines.write(story.samples()));
        files.put(Lineage.FILE, story.lineage().json());
        OpenLineageEvent event = event(story, error);
        files.put(event.file(), event.json());
        return files;
    }

    private static OpenLineageEvent event(RunStory story, String error) {
        RunRecord run = story.run();
        OpenLineageEvent.Type type =
                switch (run.status()) {
                    case RUNNING -> OpenLineageEvent.Type.START;
                    case FINISHED -> OpenLineageEvent.Type.COMPLETE;
                    case STOPPED, FAILED -> OpenLineageEvent.Type.FAIL;
                };
        return new OpenLineageEvent(
                type,
                Instant.parse(run.ended() == null ? run.started() : run.ended()),
                run.id(),
                LineageJob.FINETUNE,
                story.lineage(),
                run.codeVersion(),
                type == OpenLineageEvent.Type.FAIL ? error : null);
    }

    private Totals totals(TrainerState state) {
        return new Totals(
                state.step(),
                recipe.steps().epochs(state.step()),
                state.tokens(),
                state.seconds(),
                state.trainingSeconds() == 0 ? 0 : state.tokens() / state.trainingSeconds());
    }

    private Losses losses(TrainerState state) {
        Best best = state.best();
        Double train = last(state.metrics().stream().map(Metric::loss).toList());
        Double eval = recipe.weightsAtEnd() == WeightsAtEnd.BEST && best != null
                ? Double.valueOf(best.loss())
                : last(state.metrics().stream().map(Metric::evalLoss).toList());
        return new Losses(
                train,
                eval,
                eval == null ? null : Math.exp(eval),
                best == null ? null : best.step(),
                best == null ? null : best.loss(),
                best == null ? null : Math.exp(best.loss()));
    }

    private static Double last(List<Double> values) {
        return values.stream()
                .filter(Objects::nonNull)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }
}
