package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.Goldens;
import io.promptmill.TokenIds;
import io.promptmill.compile.Precision;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What lower precisions cost the sample model, on English text that it was not trained on. */
class PrecisionLossTest {
    private static final Path HELD_OUT = Path.of("..", "sample-prompts", "prompts.txt");

    private static final Path SAMPLE_MODEL = Goldens.resource("/io/promptmill/sample-model");

    private static LoadedModel fp32;
    private static TokenIds text;
    private static PrecisionLoss int8;

    @BeforeAll
    static void loadAndCompare() throws Exception {
        fp32 = CompiledModels.load(SAMPLE_MODEL);
        try (Tokenizer tokenizer =
                new Tokenizer(TokenizerDefinition.read(SAMPLE_MODEL).orElseThrow())) {
            text = tokenizer.encode(Files.readString(HELD_OUT));
        }
        int8 = loss(Precision.INT8);
    }

    @AfterAll
    static void close() {
        fp32.close();
    }

    @Test
    void int8StaysWithinAHundredthOfANatAndAgreesOnTheLikeliestToken() {
        assertThat(int8.tokens()).isGreaterThan(2000);
        assertThat(int8.meanKlNats()).isBetween(1e-6, 0.01);
        assertThat(int8.top1Agreement()).isBetween(0.97, 0.9999);
    }

    @Test
    void bf16LosesLessThanInt8() throws Exception {
        PrecisionLoss loss = loss(Precision.BF16);

        assertThat(loss.meanKlNats()).isBetween(1e-7, int8.meanKlNats());
        assertThat(loss.top1Agreement()).isBetween(0.98, 0.9999);
    }

    @Test
    void aModelAgreesWithItself() {
        PrecisionLoss loss = PrecisionLoss.measure(fp32, fp32, text.slice(0, 128));

        assertThat(loss).isEqualTo(new PrecisionLoss(0, 1, 128));
    }

    @Test
    void aTextShorterThanAWindowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrecisionLoss.measure(fp32, fp32, text.slice(0, 63)))
                .withMessage("A text to compare on has at least 64 tokens but it was 63");
    }

    private static PrecisionLoss loss(Precision precision) throws Exception {
        try (LoadedModel lower = CompiledModels.load(SAMPLE_MODEL, precision)) {
            return PrecisionLoss.measure(fp32, lower, text);
        }
    }
}
