package io.promptmill.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Problem;
import io.promptmill.TokenIds;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.Precision;
import io.promptmill.family.Dropout;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.finetune.FinetuneOptions;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.BreakingFileSystem;
import io.promptmill.jobs.testing.BreakingFileSystem.Event;
import io.promptmill.jobs.testing.BreakingFileSystem.Point;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.tokens.Blocks;
import io.promptmill.jobs.tokens.TokenRow;
import io.promptmill.jobs.tracking.JsonLines;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.Sample;
import io.promptmill.training.TrainingModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small model is trained on made-up blocks; whatever happens on the way, its weights are those of an undisturbed run. */
class TrainerTest {
    private static final String RUN = "runs/20261128T120000Z-000001";
    private static final int BLOCK = 12;

    @TempDir
    private static Path model;

    private static JobModel opened;
    private static CompiledModel archive;

    @TempDir
    private Path temp;

    private OutputFiles files;
    private Lease lease;

    @BeforeAll
    static void compile() throws Exception {
        opened = JobModel.open(
                Optional.of(SmallModel.in(model.resolve("small")).folder().toString()),
                Optional.empty(),
                new Configuration());
        archive = opened.compileForTraining(Dropout.everywhere(0.1), Precision.FP32);
    }

    @AfterAll
    static void closeModel() {
        opened.close();
    }

    @BeforeEach
    void hold() throws Exception {
        files = new OutputFiles(
                BreakingFileSystem.SCHEME + ":" + temp.resolve("out"),
                BreakingFileSystem.registerTo(new Configuration()));
        lease = Lease.acquire(files);
    }

    @AfterEach
    void giveBack() {
        BreakingFileSystem.at(null);
        lease.close();
    }

    @Test
    void theSameTrainingGivesTheSameWeightsAndAnotherSeedOthers() throws Exception {
        Trained once = train(settings(), 1);
        assertThat(once.end.problem()).isEmpty();
        assertThat(once.end.state().step()).isEqualTo(9);
        assertThat(once.end.state().over()).isTrue();
        clear();
        assertThat(train(settings(), 1).weights).isEqualTo(once.weights);
        clear();
        assertThat(train(settings("--seed=8"), 1).weights).isNotEqualTo(once.weights);
    }

    @ParameterizedTest
    @CsvSource({
        "CREATED, state.safetensors",
        "NAMED, step-4/state.safetensors",
        "THERE, step-4/state.safetensors",
        "CREATED, trainer.json",
        "NAMED, step-4/trainer.json",
        "THERE, step-4/trainer.json",
        "DELETED, step-2/trainer.json",
        "DELETED, step-2/state.safetensors",
        "NAMED, step-9/trainer.json"
    })
    void aTrainingThatEndedAtAnyPointOfACheckpointGoesOnToTheSameWeights(Event event, String file) throws Exception {
        String[] options = {"--save-steps=2", "--save-total-limit=1", "--eval-steps=3", "--load-best-model-at-end"};
        ByteBuffer undisturbed = train(settings(options), 1).weights;
        clear();
        BreakingFileSystem.at(new Point(event, file));
        assertThatThrownBy(() -> train(settings(options), 1)).hasMessageContaining("the process has ended");
        assertThat(BreakingFileSystem.hasBroken()).isTrue();
        Trained resumed = train(settings(options), 1);
        assertThat(resumed.weights).isEqualTo(undisturbed);
        assertThat(resumed.end.state().metrics().stream().map(Metric::step))
                .as("each line once, whatever was cut off")
                .containsExactly(3L, 5L, 6L, 9L);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "2, 4", "2, 11"})
    void aTrainingThatEndedInAnyBatchGoesOnToTheSameWeightsWithTheSameThreads(int threads, int batch) throws Exception {
        String[] options = {"--save-steps=1", "--gradient-accumulation-steps=2"};
        ByteBuffer undisturbed = train(settings(options), threads).weights;
        clear();
        assertThatThrownBy(() -> train(settings(options), threads, batch)).hasMessage("killed");
        assertThat(train(settings(options), threads).weights).isEqualTo(undisturbed);
    }

    @Test
    void aCheckpointThatIsNotWhatWasWrittenDoesNotCount() throws Exception {
        String[] options = {"--save-steps=2", "--save-total-limit=none"};
        ByteBuffer undisturbed = train(settings(options), 1).weights;
        Path checkpoints = temp.resolve("out").resolve(RUN).resolve("checkpoints");
        Path newest = checkpoints.resolve("step-9/state.safetensors");
        byte[] state = Files.readAllBytes(newest);
        state[state.length - 1] ^= 1;
        Files.write(newest, state);
        Files.writeString(checkpoints.resolve("step-8/trainer.json"), "{");
        Files.delete(checkpoints.resolve("step-6/state.safetensors"));
        assertThat(train(settings(options), 1).weights).isEqualTo(undisturbed);
    }

    @Test
    void theNewestAndTheBestCheckpointsAreKept() throws Exception {
        Trained trained = train(settings("--save-steps=1", "--eval-steps=2", "--save-total-limit=2"), 1);
        long best = trained.end.state().best().step();
        assertThat(steps()).contains(9L, 8L, best);
        assertThat(steps().size()).isEqualTo(best >= 8 ? 2 : 3);
    }

    @Test
    void theBestWeightsAreThoseOfTheLowestLossOnTheHeldOutData() throws Exception {
        // A rate that is far too high unlearns at once what the first steps have taught.
        String[] options = {"--eval-steps=1", "--learning-rate=0.3", "--warmup-steps=8", "--load-best-model-at-end"};
        Trained trained = train(settings(options), 1);
        TrainerState state = trained.end.state();
        List<Metric> evaluated = state.metrics().stream()
                .filter(metric -> metric.evalLoss() != null)
                .toList();
        assertThat(evaluated).hasSize(9);
        double lowest = evaluated.stream().mapToDouble(Metric::evalLoss).min().orElseThrow();
        assertThat(state.best().loss()).isEqualTo(lowest);
        assertThat(state.best().step()).isLessThan(9);
        assertThat(trained.lossAtEnd).isEqualTo(lowest);
    }

    @Test
    void tooManyEvaluationsWithoutGainEndTheTraining() throws Exception {
        Trained trained = train(
                settings("--eval-steps=1", "--learning-rate=0.5", "--early-stopping-patience=2", "--max-steps=50"), 1);
        TrainerState state = trained.end.state();
        assertThat(state.over()).isTrue();
        assertThat(state.step()).isEqualTo(state.best().step() + 2);
        assertThat(state.evaluationsWithoutGain()).isEqualTo(2);
        assertThat(train(
                                settings(
                                        "--eval-steps=1",
                                        "--learning-rate=0.5",
                                        "--early-stopping-patience=2",
                                        "--max-steps=50"),
                                1)
                        .end
                        .state()
                        .step())
                .as("it is over for good")
                .isEqualTo(state.step());
    }

    @Test
    void aLossThatIsNoNumberEndsTheTrainingAndItsCheckpointsStay() throws Exception {
        Trained trained =
                train(settings("--learning-rate=1", "--max-grad-norm=0", "--max-steps=400", "--save-steps=1"), 1);
        Problem problem = trained.end.problem().orElseThrow();
        assertThat(problem.code()).isIn("loss_not_finite", "loss_diverges");
        assertThat(problem.remedy()).startsWith("lower --learning-rate");
        assertThat(steps()).contains(trained.end.state().step() - 1);
    }

    @Test
    void metricsAreLoggedAsTransformersDoes() throws Exception {
        Trained trained = train(settings("--logging-steps=2", "--eval-steps=4"), 1);
        List<Metric> metrics = trained.end.state().metrics();
        assertThat(metrics.stream().map(Metric::step)).containsExactly(2L, 4L, 6L, 8L, 9L);
        assertThat(metrics.stream().filter(metric -> metric.evalLoss() != null).map(Metric::step))
                .containsExactly(4L, 8L, 9L);
        assertThat(metrics.get(1).perplexity())
                .isEqualTo(Math.exp(metrics.get(1).evalLoss()));
        assertThat(metrics.get(0).loss()).isEqualTo((trained.losses.get(0) + trained.losses.get(1)) / 2);
        assertThat(metrics.get(4).loss()).as("the rest").isEqualTo(trained.losses.get(8));
        assertThat(metrics.get(4).epoch()).isEqualTo(1);
        assertThat(metrics.stream().map(Metric::gradNorm)).allMatch(Objects::nonNull);
        assertThat(trained.end.state().samples()).extracting("step").containsExactly(4L, 8L, 9L);
    }

    @Test
    void aKilledTrainingLeavesWhatItHadMeasuredUpToItsLastCheckpoint() throws Exception {
        String[] options = {"--save-steps=2", "--logging-steps=1", "--eval-steps=3"};
        // Checkpoints after steps 2 and 3, the best so far; then the batch of step 4.
        assertThatThrownBy(() -> train(settings(options), 1, 7)).hasMessage("killed");
        List<Metric> left = lines(RunTarget.METRICS, Metric.class);
        assertThat(left).extracting(Metric::step).containsExactly(1L, 2L, 3L);
        assertThat(left.get(2).evalLoss()).isPositive();
        assertThat(lines(RunTarget.SAMPLES, Sample.class)).containsExactly(new Sample(3, "My dream is", "a text"));

        Trained resumed = train(settings(options), 1);
        assertThat(lines(RunTarget.METRICS, Metric.class))
                .hasSize(9)
                .startsWith(left.toArray(new Metric[0]))
                .isEqualTo(resumed.end.state().metrics());
    }

    private <T> List<T> lines(String file, Class<T> type) throws IOException {
        return JsonLines.read(
                Files.readAllBytes(temp.resolve("out").resolve(RUN).resolve(file)), type);
    }

    private static TrainingRecipe settings(String... options) throws RefusalException {
        return FinetuneOptions.recipe(
                17,
                FinetuneOptions.merged(
                        List.of("--per-device-train-batch-size=2", "--learning-rate=1e-2", "--seed=7"), options));
    }

    /** What came of it, with the losses of its steps and that of its weights on the held-out data. */
    private record Trained(Trainer.End end, ByteBuffer weights, List<Double> losses, double lossAtEnd) {}

    private Trained train(TrainingRecipe settings, int threads) throws Exception {
        return train(settings, threads, Integer.MAX_VALUE);
    }

    private Trained train(TrainingRecipe settings, int threads, int killedBefore) throws Exception {
        Path copy = Files.copy(
                archive.archive(), Files.createTempFile(temp, "archive", ".pt"), StandardCopyOption.REPLACE_EXISTING);
        try (TrainingModel training = TrainingModel.load(copy, "cpu", threads)) {
            List<Double> losses = new ArrayList<>();
            Blocks heldOut = blocks(4, 99);
            Trainer.End end = new Trainer(
                            training,
                            settings,
                            blocks(17, 1),
                            heldOut,
                            new RunCheckpoints(files, lease.ticket(), RUN),
                            new RunMetrics(files, lease.ticket(), RUN, System::nanoTime),
                            sampled -> List.of("a text"),
                            new Observer(losses, killedBefore),
                            temp)
                    .run();
            ByteArrayOutputStream weights = new ByteArrayOutputStream();
            training.writeWeights(weights, DataType.F32);
            return new Trained(
                    end,
                    ByteBuffer.wrap(weights.toByteArray()),
                    losses,
                    Evaluation.loss(training, heldOut, settings.steps().batchSize(), () -> {}));
        }
    }

    private static final class Observer implements Trainer.Observer {
        private final List<Double> losses;
        private int batchesLeft;

        Observer(List<Double> losses, int killedBefore) {
            this.losses = losses;
            this.batchesLeft = killedBefore;
        }

        @Override
        public void beforeBatch() {
            if (batchesLeft-- == 0) {
                throw new IllegalStateException("killed");
            }
        }

        @Override
        public void stepDone(double loss, long tokens) {
            losses.add(loss);
        }
    }

    private static Blocks blocks(int count, long seed) {
        Random random = new Random(seed);
        return Blocks.of(IntStream.range(0, count)
                .mapToObj(block -> TokenRow.of(
                        "made up",
                        TokenIds.of(random.ints(BLOCK, 0, SmallModel.VOCABULARY / 10)
                                .toArray())))
                .iterator());
    }

    private List<Long> steps() throws IOException {
        try (var folders = Files.list(temp.resolve("out").resolve(RUN).resolve("checkpoints"))) {
            return folders.map(folder ->
                            Long.parseLong(folder.getFileName().toString().replace("step-", "")))
                    .toList();
        }
    }

    private void clear() throws IOException {
        files.fileSystem().delete(files.path(RUN), true);
    }
}
