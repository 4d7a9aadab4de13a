package io.promptmill.jobs.training;

import io.promptmill.Problem;
import io.promptmill.TokenIds;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.jobs.tokens.Blocks;
import io.promptmill.jobs.training.RunCheckpoints.Restored;
import io.promptmill.jobs.training.TrainingRecipe.WeightsAtEnd;
import io.promptmill.training.DropoutSeed;
import io.promptmill.training.TokenBlocks;
import io.promptmill.training.TrainingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Trains a model from the newest checkpoint, or from its beginning, to its end. What a step does is a function of the
 * recipe, the blocks and the checkpoint: whoever goes on comes to the same weights. Single-threaded.
 */
final class Trainer {
    private final TrainingModel model;
    private final TrainingRecipe recipe;
    private final Blocks blocks;
    private final Blocks heldOut;
    private final RunCheckpoints checkpoints;
    private final RunMetrics metrics;
    private final Sampler sampler;
    private final Observer observer;
    private final Path scratch;

    /** What gives texts of the model as it is. */
    interface Sampler {
        List<String> sample(TrainingModel model) throws IOException;
    }

    /** Who is told how the training goes, from its thread. */
    interface Observer {
        /** Called before each batch, of an evaluation too; what it throws ends the training. */
        void beforeBatch();

        /** A step is done. */
        void stepDone(double loss, long tokens);
    }

    /**
     * How it ended.
     *
     * @param state after the last step
     * @param problem why it went no further; empty where all was done
     */
    record End(TrainerState state, Optional<Problem> problem) {}

    /**
     * A training.
     *
     * @param model as it was loaded; closed by the caller
     * @param heldOut empty for none
     * @param checkpoints where it goes on, and what it writes
     * @param metrics what others see of it meanwhile
     * @param sampler asked at each evaluation
     * @param scratch folder for temporary files
     */
    Trainer(
            TrainingModel model,
            TrainingRecipe recipe,
            Blocks blocks,
            Blocks heldOut,
            RunCheckpoints checkpoints,
            RunMetrics metrics,
            Sampler sampler,
            Observer observer,
            Path scratch) {
        this.model = model;
        this.recipe = recipe;
        this.blocks = blocks;
        this.heldOut = heldOut;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
        this.sampler = sampler;
        this.observer = observer;
        this.scratch = scratch;
    }

    /** Trains to the end; then the model has the weights that the version is to have. */
    End run() throws IOException {
        Optional<Restored> restored = checkpoints.bringNewest(scratch);
        if (restored.isPresent()) {
            restore(restored.get());
        }
        TrainingHistory history =
                new TrainingHistory(recipe, restored.map(Restored::trainer).orElse(TrainerState.BEGIN));
        int[] order = {};
        long epoch = -1;
        while (!history.isOver()) {
            long step = history.step();
            if (epoch != recipe.steps().epochOf(step)) {
                epoch = recipe.steps().epochOf(step);
                order = recipe.steps().order(epoch);
            }
            Optional<Problem> problem = step(history, recipe.steps().batches(order, step));
            if (problem.isPresent()) {
                return new End(history.state(), problem);
            }
        }
        if (recipe.weightsAtEnd() == WeightsAtEnd.BEST && history.best().step() != history.step()) {
            restore(checkpoints
                    .bring(history.best().step(), scratch)
                    .orElseThrow(() -> new IOException("The checkpoint of step "
                            + history.best().step() + ", which had the lowest loss on the held-out data, is gone")));
        }
        return new End(history.state(), Optional.empty());
    }

    private void restore(Restored restored) throws IOException {
        try {
            model.restoreState(restored.file());
        } catch (InvalidCheckpointException e) {
            throw new IOException(
                    "The checkpoint of step " + restored.trainer().step() + " is not one of this model: "
                            + e.getMessage(),
                    e);
        } finally {
            Files.delete(restored.file());
        }
    }

    private Optional<Problem> step(TrainingHistory history, List<int[]> numbers) throws IOException {
        long start = System.nanoTime();
        long step = history.step();
        double rate = recipe.schedule().at(step);
        List<TokenBlocks> batches = new ArrayList<>();
        numbers.forEach(batch -> batches.add(blocks.batch(batch)));
        int rows = batches.stream().mapToInt(TokenBlocks::rows).sum();
        double loss = 0;
        for (int micro = 0; micro < batches.size(); micro++) {
            observer.beforeBatch();
            double share = (double) batches.get(micro).rows() / rows;
            model.seed(DropoutSeed.of(recipe.seed(), step, micro));
            loss += share * model.accumulate(batches.get(micro), share);
        }
        double gradNorm = model.update(recipe.adamW(), rate);
        if (!Double.isFinite(loss) || !Double.isFinite(gradNorm)) {
            return Optional.of(notFinite(step + 1, loss, gradNorm));
        }
        long tokens = batches.stream()
                .flatMap(batch -> batch.blocks().stream())
                .mapToLong(TokenIds::size)
                .sum();
        if (history.stepDone(loss, tokens, secondsSince(start))) {
            return Optional.of(diverges(history));
        }
        observer.stepDone(loss, tokens);
        return measure(history, rate, gradNorm);
    }

    private Optional<Problem> measure(TrainingHistory history, double rate, double gradNorm) throws IOException {
        long start = System.nanoTime();
        Double evalLoss = null;
        if (history.isEvaluationDue()) {
            if (heldOut.count() > 0) {
                evalLoss = Evaluation.loss(model, heldOut, recipe.steps().batchSize(), observer::beforeBatch);
                if (!Double.isFinite(evalLoss)) {
                    return Optional.of(notFinite(history.step(), evalLoss, gradNorm));
                }
                history.evaluated(evalLoss);
            }
            history.sampled(sampler.sample(model));
        }
        if (evalLoss != null || history.isLogDue()) {
            history.log(rate, gradNorm, evalLoss, secondsSince(start));
            metrics.grow(history);
        }
        if (history.isSaveDue()) {
            observer.beforeBatch();
            metrics.write(history);
            checkpoints.save(model::writeState, history.state());
            checkpoints.retain(recipe.keptCheckpoints(), history.best());
        }
        return Optional.empty();
    }

    private static Problem notFinite(long step, double loss, double gradNorm) {
        return new Problem(
                "loss_not_finite",
                String.format(Locale.ROOT, "step %d has the loss %s and the gradient norm %s", step, loss, gradNorm),
                "the weights have grown out of all bounds, and nothing can be learned from such numbers",
                "lower --learning-rate, or raise --warmup-steps");
    }

    private static Problem diverges(TrainingHistory history) {
        return new Problem(
                "loss_diverges",
                String.format(
                        Locale.ROOT,
                        "the mean loss of the last %d steps is %.3f at step %d and was %.3f",
                        Divergence.WINDOW,
                        history.recentMean(),
                        history.step(),
                        history.lowestMean()),
                "the training unlearns what it has learned",
                "lower --learning-rate or raise --warmup-steps, or shuffle data that change their kind on the way");
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
