package io.promptmill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.Goldens;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.Dropout;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewModelTest {
    private static final CheckpointFolder SAMPLE =
            new CheckpointFolder(Goldens.resource("/io/promptmill/sample-model"));

    @TempDir
    private Path folder;

    @Test
    void weightsAreSpreadAsTransformersSpreadsThem() throws Exception {
        new NewModel(2, 4, 64, 128).write(SAMPLE, 3, folder);

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.warnings()).isEmpty();
            assertThat(checkpoint.shape().vocabulary()).isEqualTo(4096);
            assertThat(checkpoint.shape().bosTokenId()).isZero();
            assertThat(checkpoint.isHeadTied()).isTrue();
            for (String name : checkpoint.tensorNames()) {
                double[] spread = spread(checkpoint.tensor(name));
                if (name.endsWith(".bias")) {
                    assertThat(spread).as(name).containsExactly(0, 0);
                } else if (name.contains("ln_")) {
                    assertThat(spread).as(name).containsExactly(1, 0);
                } else {
                    // 2 layers: smaller by the root of 4 where it is added to the hidden states.
                    double deviation = name.endsWith("c_proj.weight") ? 0.01 : 0.02;
                    assertThat(spread[0]).as(name).isCloseTo(0, within(0.02 * deviation * 2));
                    assertThat(spread[1]).as(name).isCloseTo(deviation, within(0.03 * deviation));
                }
            }
        }
    }

    /** Mean and standard deviation. */
    private static double[] spread(Tensor tensor) throws Exception {
        FloatBuffer values = tensor.data().asFloatBuffer();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < values.limit(); i++) {
            sum += values.get(i);
            squares += (double) values.get(i) * values.get(i);
        }
        double mean = sum / values.limit();
        return new double[] {mean, Math.sqrt(Math.max(0, squares / values.limit() - mean * mean))};
    }

    @Test
    void equalSeedsGiveEqualFoldersAndOthersDoNot() throws Exception {
        NewModel small = new NewModel(1, 2, 8, 16);
        Path one = Files.createDirectory(folder.resolve("one"));
        Path again = Files.createDirectory(folder.resolve("again"));
        Path other = Files.createDirectory(folder.resolve("other"));
        small.write(SAMPLE, 7, one);
        small.write(SAMPLE, 7, again);
        small.write(SAMPLE, 8, other);

        assertThat(digest(again)).isEqualTo(digest(one)).isNotEqualTo(digest(other));
        assertThat(TokenizerDefinition.read(one).orElseThrow().canonicalJson())
                .isEqualTo(TokenizerDefinition.read(SAMPLE).orElseThrow().canonicalJson());
    }

    private static String digest(Path folder) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.digest();
        }
    }

    @Test
    void itBeginsWithAlmostNoPreferenceAndLearns() throws Exception {
        new NewModel(1, 2, 16, 32).write(SAMPLE, 1, folder);
        TokenBlocks blocks = TrainingModels.blocks(0, 4, 32, 100);
        try (TrainingModel model = TrainingModels.load(folder, Dropout.NONE, 1)) {
            assertThat(model.loss(blocks)).isCloseTo(Math.log(4096), within(0.05));
            for (int step = 0; step < 20; step++) {
                model.accumulate(blocks, 1);
                model.update(AdamW.DEFAULTS, 1e-2);
            }
            assertThat(model.loss(blocks)).isLessThan(6);
        }
    }

    @Test
    void sizesThatNoModelHasAndFoldersWithoutTokenizerAreRefused() {
        assertThatThrownBy(() -> new NewModel(1, 3, 8, 16).write(SAMPLE, 1, folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("n_head 3 does not divide n_embd 8");
        CheckpointFolder tiny = new CheckpointFolder(Goldens.path("tiny"));
        assertThatThrownBy(() -> new NewModel(1, 2, 8, 16).write(tiny, 1, folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("has no tokenizer");
    }
}
