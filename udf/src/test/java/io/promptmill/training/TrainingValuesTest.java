package io.promptmill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.TinyModel;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small values that a training is told by. */
class TrainingValuesTest {
    @Test
    void everyBatchDropsOtherNumbersEvenByTheLowerHalfOfItsSeed() {
        Set<Long> seeds = new HashSet<>();
        for (int seed = 0; seed < 10; seed++) {
            for (int step = 0; step < 100; step++) {
                for (int micro = 0; micro < 10; micro++) {
                    seeds.add(DropoutSeed.of(seed, step, micro) & 0xFFFFFFFFL);
                }
            }
        }

        assertThat(seeds).hasSizeGreaterThan(9_990);
        assertThat(DropoutSeed.of(1, 2, 3)).isEqualTo(DropoutSeed.of(1, 2, 3)).isNotNegative();
    }

    @Test
    void blocksOfABatchHaveOneLength() {
        TokenBlocks blocks = TokenBlocks.of(TokenIds.of(1, 2, 3), TokenIds.of(4, 5, 9));

        assertThat(blocks.ids()).containsExactly(1, 2, 3, 4, 5, 9);
        assertThat(blocks.rows()).isEqualTo(2);
        assertThat(blocks.length()).isEqualTo(3);
        assertThat(blocks.highestId()).isEqualTo(9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBlocks.of(TokenIds.of(1, 2, 3), TokenIds.of(1, 2)))
                .withMessageContaining("3 and 2");
        assertThatIllegalArgumentException().isThrownBy(() -> TokenBlocks.of(TokenIds.of(1)));
        assertThatIllegalArgumentException().isThrownBy(TokenBlocks::of);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBlocks.of(TokenIds.of(1, -100)))
                .withMessageContaining("at least 0");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AdamW(1, 0.999, 1e-8, 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdamW.DEFAULTS.withWeightDecay(-0.1))
                .withMessageContaining("weight_decay must be at least 0 but is -0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dropout.everywhere(1))
                .withMessageContaining("embd_pdrop must be from 0 and below 1 but is 1.0");
    }

    @Test
    void theDropoutOfACheckpointIsThatOfItsConfiguration(@TempDir Path folder) throws Exception {
        TinyModel.copy("", folder);
        Path config = folder.resolve("config.json");
        String fields = Files.readString(config);
        Files.writeString(config, fields.replace("\"attn_pdrop\": 0.1,", "\"attn_pdrop\": 0.0,"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.dropout()).isEqualTo(new Dropout(0.1, 0.1, 0));
        }
        Files.writeString(config, fields.replace("\"attn_pdrop\": 0.1,", ""));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.dropout()).isEqualTo(Dropout.everywhere(0.1));
        }
        Files.writeString(config, fields.replace("\"attn_pdrop\": 0.1,", "\"attn_pdrop\": 1.5,"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Assertions.assertThatThrownBy(checkpoint::dropout)
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining("attn_pdrop must be from 0 and below 1 but is 1.5");
        }
    }
}
