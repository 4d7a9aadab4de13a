package io.promptmill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.Goldens;
import io.promptmill.RandomCheckpoint;
import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.compile.Precision;
import io.promptmill.family.Activation;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingModelTest {
    private static final RandomCheckpoint SMALL = new RandomCheckpoint(64, 32, 16, 2, 2, 11);
    private static final Dropout DROPOUT = Dropout.everywhere(0.1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1, 12", "2, 4"})
    void aTrainingThatGoesOnFromItsStateHasTheBitsOfOneThatWasNotInterrupted(int threads, int steps) throws Exception {
        Path state = folder.resolve("state.safetensors");
        byte[] undisturbed;
        try (TrainingModel model = TrainingModels.load(Goldens.path("tiny"), DROPOUT, threads)) {
            train(model, 0, steps);
            undisturbed = state(model);
        }
        try (TrainingModel model = TrainingModels.load(Goldens.path("tiny"), DROPOUT, threads)) {
            train(model, 0, steps / 2);
            Files.write(state, state(model));
        }
        try (TrainingModel model = TrainingModels.load(Goldens.path("tiny"), DROPOUT, threads)) {
            model.restoreState(state);
            train(model, steps / 2, steps);

            assertThat(state(model)).isEqualTo(undisturbed);
        }
    }

    /** Two batches a step, each with random numbers of its own. */
    private static void train(TrainingModel model, int from, int to) {
        AdamW settings = AdamW.DEFAULTS.withWeightDecay(0.1);
        for (int step = from; step < to; step++) {
            for (int micro = 0; micro < 2; micro++) {
                model.seed(DropoutSeed.of(5, step, micro));
                model.accumulate(TrainingModels.blocks(2 * step + micro, 4, 64, 511), 0.5);
            }
            model.update(settings, 1e-3);
        }
    }

    private static byte[] state(TrainingModel model) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeState(out);
        return out.toByteArray();
    }

    private static byte[] weights(TrainingModel model) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeWeights(out, DataType.F32);
        return out.toByteArray();
    }

    @Test
    void batchesThatAccumulateHaveTheGradientsOfOneBatchOfAllTheirBlocks() throws Exception {
        TokenBlocks first = TrainingModels.blocks(0, 2, 16, 64);
        TokenBlocks second = TrainingModels.blocks(1, 2, 16, 64);
        List<TokenIds> all = new ArrayList<>(first.blocks());
        all.addAll(second.blocks());
        try (TrainingModel model = TrainingModels.load(SMALL.write(folder), Dropout.NONE, 1)) {
            float loss = model.accumulate(new TokenBlocks(all), 1);
            Map<String, float[]> together = model.gradients();
            model.update(AdamW.DEFAULTS, 0);
            float one = model.accumulate(first, 0.5);
            float other = model.accumulate(second, 0.5);

            assertThat((one + other) / 2).isCloseTo(loss, within(1e-6f));
            model.gradients()
                    .forEach((name, gradient) ->
                            assertThat(gradient).as(name).containsExactly(together.get(name), within(1e-6f)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny/fp16", "tiny/bf16"})
    void weightsOfHalfPrecisionAreTrainedAsTheirFloat32Copy(String container) throws Exception {
        Files.copy(Goldens.path(container).resolve("config.json"), folder.resolve("config.json"));
        byte[] trained;
        try (TrainingModel model = TrainingModels.load(Goldens.path(container), DROPOUT, 1)) {
            TrainingModels.write(model, DataType.F32, folder);
            train(model, 0, 3);
            trained = state(model);
        }
        try (TrainingModel copy = TrainingModels.load(folder, DROPOUT, 1)) {
            train(copy, 0, 3);

            assertThat(state(copy)).isEqualTo(trained);
        }
    }

    @ParameterizedTest
    @CsvSource({"tiny/fp16, F16", "tiny/bf16, BF16", "tiny, F32"})
    void weightsAreWrittenInTheTypeThatIsAskedFor(String container, DataType type) throws Exception {
        Files.copy(Goldens.path(container).resolve("config.json"), folder.resolve("config.json"));
        try (TrainingModel model = TrainingModels.load(Goldens.path(container), Dropout.NONE, 1)) {
            TrainingModels.write(model, type, folder);
        }
        try (Checkpoint original = Checkpoint.open(Goldens.path(container));
                Checkpoint written = Checkpoint.open(folder)) {
            assertThat(written.tensorNames()).isEqualTo(original.tensorNames());
            for (String name : original.tensorNames()) {
                assertThat(written.tensor(name).dataType()).isEqualTo(type);
                assertThat(written.tensor(name).data())
                        .as(name)
                        .isEqualTo(original.tensor(name).data());
            }
        }
    }

    @Test
    void everyActivationLearns() throws Exception {
        SMALL.write(folder);
        Path config = folder.resolve("config.json");
        TokenBlocks blocks = TrainingModels.blocks(0, 2, 16, 64);
        for (Activation activation : Activation.values()) {
            ObjectNode fields = (ObjectNode) new ObjectMapper().readTree(config.toFile());
            new ObjectMapper().writeValue(config.toFile(), fields.put("activation_function", activation.toString()));
            try (TrainingModel model = TrainingModels.load(folder, Dropout.NONE, 1)) {
                double before = model.loss(blocks);
                for (int step = 0; step < 10; step++) {
                    model.accumulate(blocks, 1);
                    assertThat(model.gradients().get("transformer.h.0.mlp.c_fc.weight"))
                            .as(activation.toString())
                            .doesNotContain(Float.NaN)
                            .isNotEqualTo(new float[16 * 64]);
                    model.update(AdamW.DEFAULTS, 1e-2);
                }

                assertThat(model.loss(blocks)).as(activation.toString()).isLessThan(before - 0.5);
            }
        }
    }

    @Test
    void theLossThatIsLookedAtDropsNothingAndLeavesTheGradientsAlone() throws Exception {
        TokenBlocks blocks = TrainingModels.blocks(0, 2, 16, 64);
        SMALL.write(folder);
        double whole;
        try (TrainingModel model = TrainingModels.load(folder, Dropout.NONE, 1)) {
            whole = model.loss(blocks);
            assertThat((double) model.accumulate(blocks, 1)).isCloseTo(whole, within(1e-6));
        }
        try (TrainingModel model = TrainingModels.load(folder, Dropout.everywhere(0.5), 1)) {
            model.seed(1);
            assertThat((double) model.accumulate(blocks, 1)).isNotCloseTo(whole, within(1e-3));
            Map<String, float[]> before = model.gradients();

            assertThat(model.loss(blocks)).isEqualTo(whole);
            assertThat(model.gradients()).usingRecursiveComparison().isEqualTo(before);
        }
    }

    @Test
    void theFirstCallOfANewThreadDropsNothingFromTheLossEither() throws Exception {
        TokenBlocks blocks = TrainingModels.blocks(0, 2, 16, 64);
        SMALL.write(folder);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Callable<Double> loss = () -> {
                try (TrainingModel model = TrainingModels.load(folder, Dropout.everywhere(0.5), 1)) {
                    return model.loss(blocks);
                }
            };
            assertThat(thread.submit(loss).get()).isEqualTo(loss.call());
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void aLossThatIsNoNumberIsToldAndChangesNoWeight() throws Exception {
        try (TrainingModel model = TrainingModels.load(SMALL.writeBrokenAt(3, folder), Dropout.NONE, 1)) {
            byte[] before = weights(model);

            assertThat(model.accumulate(TrainingModels.blocks(0, 2, 16, 64), 1)).isNaN();
            assertThat(model.update(AdamW.DEFAULTS, 1e-3)).isNaN();
            assertThat(weights(model)).isEqualTo(before);
            assertThat(model.accumulate(TrainingModels.blocks(0, 2, 3, 64), 1)).isFinite();
            assertThat(model.update(AdamW.DEFAULTS, 1e-3)).isFinite();
            assertThat(weights(model)).isNotEqualTo(before);
        }
    }

    @Test
    void aLongGradientIsShortenedAndALimitOfZeroIsNone() throws Exception {
        TokenBlocks blocks = TrainingModels.blocks(0, 2, 16, 64);
        SMALL.write(folder);
        // With a large epsilon a step is as long as its gradient.
        AdamW free = new AdamW(0, 0, 1e6, 0, 0);
        double[] norms = new double[2];
        double[] losses = new double[2];
        for (int i = 0; i < 2; i++) {
            try (TrainingModel model = TrainingModels.load(folder, Dropout.NONE, 1)) {
                model.accumulate(blocks, 1);
                norms[i] = model.update(i == 0 ? free : free.withMaxGradNorm(1e-3), 1e6 * 0.05);
                losses[i] = model.loss(blocks);
            }
        }

        assertThat(norms[0]).isEqualTo(norms[1]).isGreaterThan(0.5);
        assertThat(losses[0]).isLessThan(losses[1] - 1e-3);
    }

    @Test
    void productsInBfloat16AreNearThoseInFloat32() throws Exception {
        TokenBlocks blocks = TrainingModels.blocks(0, 2, 16, 64);
        SMALL.write(folder);
        try (TrainingModel exact = TrainingModels.load(folder, Dropout.NONE, 1);
                TrainingModel near = TrainingModels.load(folder, Dropout.NONE, Precision.BF16, 1)) {
            float loss = exact.accumulate(blocks, 1);

            assertThat(near.accumulate(blocks, 1)).isNotEqualTo(loss).isCloseTo(loss, within(0.02f));
            assertThat(near.update(AdamW.DEFAULTS, 1e-3)).isCloseTo(exact.update(AdamW.DEFAULTS, 1e-3), within(0.05));
            assertThat(near.loss(blocks)).isCloseTo(exact.loss(blocks), within(0.02));
        }
    }

    @Test
    void aBlockThatDoesNotFitTheModelIsRefused() throws Exception {
        try (TrainingModel model = TrainingModels.load(SMALL.write(folder), Dropout.NONE, 1)) {
            assertThat(model.maxPositions()).isEqualTo(32);
            assertThat(model.vocabularySize()).isEqualTo(64);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.loss(TrainingModels.blocks(0, 1, 33, 64)))
                    .withMessageContaining("33 tokens")
                    .withMessageContaining("32 positions");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.accumulate(TrainingModels.blocks(9, 1, 16, 90), 1))
                    .withMessageContaining("64 tokens");
        }
    }

    @Test
    void anUpdateWithoutGradientsIsRefused() throws Exception {
        try (TrainingModel model = TrainingModels.load(SMALL.write(folder), Dropout.NONE, 1)) {
            assertThatIllegalStateException().isThrownBy(() -> model.update(AdamW.DEFAULTS, 1e-3));
        }
    }

    @Test
    void theStateOfAnotherModelIsRefusedAndChangesNothing() throws Exception {
        Path other = folder.resolve("other.safetensors");
        try (TrainingModel tiny = TrainingModels.load(Goldens.path("tiny"), Dropout.NONE, 1)) {
            Files.write(other, state(tiny));
        }
        try (TrainingModel model = TrainingModels.load(SMALL.write(folder), Dropout.NONE, 1)) {
            byte[] before = state(model);

            assertThatThrownBy(() -> model.restoreState(other))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining("other.safetensors")
                    .hasMessageContaining("transformer.wte.weight is F32 [512, 48] and not F32 [64, 16]");
            assertThat(state(model)).isEqualTo(before);
        }
    }

    @Test
    void wholeNumbersAreRefusedSinceTheyHaveNoGradients() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingModels.load(SMALL.write(folder), Dropout.NONE, Precision.INT8, 1))
                .withMessageContaining("fp32 or bf16");
    }

    @Test
    void theThreadsOfTheProcessAreItsOwnAsideAndAfterwards() throws Exception {
        try (TrainingModel model = TrainingModels.load(SMALL.write(folder), Dropout.NONE, 2)) {
            assertThat(JniUtils.getNumThreads()).isEqualTo(2);
            assertThat(model.aside(JniUtils::getNumThreads)).isEqualTo(1);
            assertThat(JniUtils.getNumThreads()).isEqualTo(2);
        }
        assertThat(JniUtils.getNumThreads()).isEqualTo(1);
    }
}
