package io.promptmill.jobs.training;

import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.Sample;
import io.promptmill.jobs.training.TrainerState.Best;
import java.util.ArrayList;
import java.util.List;

/**
 * What has happened in a training, up to the end of a step. It goes on from a {@link TrainerState} and becomes one. All but
 * times is a function of the recipe, the data and the step. Single-threaded.
 */
final class TrainingHistory {
    private final TrainingRecipe recipe;
    private final Divergence divergence;
    private final List<Metric> metrics;
    private final List<Sample> samples;
    private long step;
    private boolean over;
    private long tokens;
    private double seconds;
    private double trainingSeconds;
    private double unlogged;
    private int unloggedSteps;
    private long unloggedTokens;
    private double unloggedSeconds;
    private Best best;
    private int evaluationsWithoutGain;

    TrainingHistory(TrainingRecipe recipe, TrainerState state) {
        this.recipe = recipe;
        this.divergence = new Divergence(
                state.recentLosses(), state.lowestMean() == null ? Double.POSITIVE_INFINITY : state.lowestMean());
        this.metrics = new ArrayList<>(state.metrics());
        this.samples = new ArrayList<>(state.samples());
        this.step = state.step();
        this.over = state.over();
        this.tokens = state.tokens();
        this.seconds = state.seconds();
        this.trainingSeconds = state.trainingSeconds();
        this.unlogged = state.unlogged();
        this.unloggedSteps = state.unloggedSteps();
        this.unloggedTokens = state.unloggedTokens();
        this.unloggedSeconds = state.unloggedSeconds();
        this.best = state.best();
        this.evaluationsWithoutGain = state.evaluationsWithoutGain();
    }

    /** Steps that are done. */
    long step() {
        return step;
    }

    /** Whether there is no further step. */
    boolean isOver() {
        return over;
    }

    /** The lowest loss on the held-out data; null before the first evaluation. */
    Best best() {
        return best;
    }

    /** The mean loss of the last steps. */
    double recentMean() {
        return divergence.mean();
    }

    /** The lowest such mean so far. */
    double lowestMean() {
        return divergence.lowestMean();
    }

    /**
     * A step is done.
     *
     * @param stepTokens trained on
     * @param stepSeconds that it took
     * @return whether the curve diverges
     */
    boolean stepDone(double loss, long stepTokens, double stepSeconds) {
        step++;
        over = step == recipe.steps().steps();
        tokens += stepTokens;
        seconds += stepSeconds;
        trainingSeconds += stepSeconds;
        unlogged += loss;
        unloggedSteps++;
        unloggedTokens += stepTokens;
        unloggedSeconds += stepSeconds;
        return divergence.add(loss);
    }

    /** Whether a line of metrics is due for the loss. */
    boolean isLogDue() {
        return over || step % recipe.loggingSteps() == 0;
    }

    /** Whether an evaluation is due, where there are data for one. */
    boolean isEvaluationDue() {
        return over || step % recipe.evalSteps() == 0;
    }

    /** Whether a checkpoint is due: at its time, at the end, and where the model is better than it ever was. */
    boolean isSaveDue() {
        return over || step % recipe.saveSteps() == 0 || (best != null && best.step() == step);
    }

    /**
     * Writes down what was measured at this step.
     *
     * @param learningRate of this step
     * @param gradNorm before clipping
     * @param evalLoss null where nothing was evaluated
     * @param evalSeconds that it took, samples included
     */
    void log(double learningRate, double gradNorm, Double evalLoss, double evalSeconds) {
        seconds += evalSeconds;
        boolean logged = isLogDue();
        metrics.add(new Metric(
                step,
                recipe.steps().epochs(step),
                logged ? unlogged / unloggedSteps : null,
                evalLoss,
                evalLoss == null ? null : Math.exp(evalLoss),
                logged ? learningRate : null,
                logged ? gradNorm : null,
                logged ? unloggedTokens / Math.max(unloggedSeconds, 1e-9) : null,
                seconds));
        if (logged) {
            unlogged = 0;
            unloggedSteps = 0;
            unloggedTokens = 0;
            unloggedSeconds = 0;
        }
    }

    /** An evaluation is done; the training is over after too many of them without gain. */
    void evaluated(double loss) {
        if (best == null || loss < best.loss()) {
            best = new Best(step, loss);
            evaluationsWithoutGain = 0;
        } else {
            evaluationsWithoutGain++;
            over |= evaluationsWithoutGain >= recipe.patience();
        }
    }

    /** The model gave these texts. */
    void sampled(List<String> texts) {
        texts.forEach(text -> samples.add(new Sample(step, recipe.samplePrompt(), text)));
    }

    /** All of this, with no file beside it. */
    TrainerState state() {
        return new TrainerState(
                step,
                over,
                tokens,
                seconds,
                trainingSeconds,
                unlogged,
                unloggedSteps,
                unloggedTokens,
                unloggedSeconds,
                divergence.recent(),
                Double.isInfinite(divergence.lowestMean()) ? null : divergence.lowestMean(),
                best,
                evaluationsWithoutGain,
                metrics,
                samples,
                "");
    }
}
