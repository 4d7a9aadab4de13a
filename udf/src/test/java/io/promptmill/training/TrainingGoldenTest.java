package io.promptmill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.Goldens;
import io.promptmill.family.Dropout;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses, norms and gradients against torch's and transformers' ({@code goldens/training.md}). */
class TrainingGoldenTest {
    private static final AdamW SETTINGS = AdamW.DEFAULTS.withWeightDecay(0.1);

    @Test
    void fiftyStepsHaveTheLossesAndNormsOfTorch() throws Exception {
        LearningRateSchedule rate = new LearningRateSchedule(LearningRateSchedule.Type.COSINE, 1e-3, 5, 50);
        JsonNode golden = golden("train-50-steps.json");
        try (TrainingModel model = TrainingModels.load(Goldens.path("tiny"), Dropout.NONE, 1)) {
            for (int step = 0; step < 50; step++) {
                assertStep(model, step, rate.at(step), golden);
            }
        }
    }

    @Test
    void stepsWithDropoutHaveTheLossesAndNormsOfTorchWithTheSameSeeds() throws Exception {
        JsonNode golden = golden("train-6-steps-dropout.json");
        try (TrainingModel model = TrainingModels.load(Goldens.path("tiny"), Dropout.everywhere(0.1), 1)) {
            for (int step = 0; step < 6; step++) {
                model.seed(1000 + step);
                assertStep(model, step, 1e-3, golden);
            }
        }
    }

    private static void assertStep(TrainingModel model, int step, double rate, JsonNode golden) {
        assertThat((double) model.accumulate(TrainingModels.blocks(step, 4, 32, 511), 1))
                .as("loss of step %d", step)
                .isCloseTo(golden.get("loss").get(step).doubleValue(), within(1e-4));
        assertThat(model.update(SETTINGS, rate))
                .as("norm of step %d", step)
                .isCloseTo(golden.get("grad_norm_before_clip").get(step).doubleValue(), within(1e-4));
    }

    /** A tied head, one of its own, scales by the layer's number. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "untied", "codeparrot"})
    void gradientsOfEveryTensorAreThoseOfTorch(String form) throws Exception {
        Map<String, float[]> expected = Goldens.floats("training/gradients-" + form + ".safetensors");
        try (TrainingModel model = TrainingModels.load(Goldens.path("forms/" + form), Dropout.NONE, 1)) {
            model.accumulate(TrainingModels.blocks(0, 3, 20, 60), 1);

            Map<String, float[]> found = model.gradients();
            assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
            expected.forEach((name, gradient) ->
                    assertThat(deviation(found.get(name), gradient)).as(name).isLessThan(1e-5));
        }
    }

    /** The length of the difference by the length of what is expected. */
    private static double deviation(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(found[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / length);
    }

    private static JsonNode golden(String name) throws Exception {
        return new ObjectMapper().readTree(Goldens.path(name).toFile());
    }
}
