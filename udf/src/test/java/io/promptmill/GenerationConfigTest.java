package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationConfigTest {
    @Test
    void defaultsAreThoseOfGenerateOfTransformers() {
        assertThat(GenerationConfig.defaults())
                .isEqualTo(new GenerationConfig(
                        TokenLimit.ofNewTokens(20),
                        TokenLimit.ofNewTokens(0),
                        false,
                        1.0,
                        50,
                        1.0,
                        0.0,
                        1.0,
                        1.0,
                        0,
                        List.of(),
                        List.of(),
                        1,
                        1.0,
                        EarlyStopping.FALSE,
                        1,
                        List.of(),
                        ""));
    }

    @Test
    void everyOptionReachesItsSetting() {
        GenerationOptions all = GenerationOptions.none()
                .with(GenerationOption.MAX_NEW_TOKENS, 30)
                .with(GenerationOption.MIN_NEW_TOKENS, 3)
                .with(GenerationOption.DO_SAMPLE, false)
                .with(GenerationOption.TEMPERATURE, 0.7)
                .with(GenerationOption.TOP_K, 4)
                .with(GenerationOption.TOP_P, 0.9)
                .with(GenerationOption.MIN_P, 0.1)
                .with(GenerationOption.TYPICAL_P, 0.8)
                .with(GenerationOption.REPETITION_PENALTY, 1.2)
                .with(GenerationOption.NO_REPEAT_NGRAM_SIZE, 2)
                .with(GenerationOption.BAD_WORDS_IDS, "[[5]]")
                .with(GenerationOption.EOS_TOKEN_ID, 7)
                .with(GenerationOption.NUM_BEAMS, 4)
                .with(GenerationOption.LENGTH_PENALTY, 2)
                .with(GenerationOption.EARLY_STOPPING, true)
                .with(GenerationOption.NUM_RETURN_SEQUENCES, 3)
                .with(GenerationOption.STOP, "x")
                .with(GenerationOption.PREFIX, "p");

        assertThat(GenerationConfig.resolve(List.of(all)))
                .isEqualTo(new GenerationConfig(
                        TokenLimit.ofNewTokens(30),
                        TokenLimit.ofNewTokens(3),
                        false,
                        0.7,
                        4,
                        0.9,
                        0.1,
                        0.8,
                        1.2,
                        2,
                        List.of(TokenIds.of(5)),
                        List.of(7),
                        4,
                        2,
                        EarlyStopping.TRUE,
                        3,
                        List.of("x"),
                        "p"));
    }

    @Test
    void theHigherLayerWinsAndTheLowerFillsWhatItLeavesOpen() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.TOP_P, 0.5),
                GenerationOptions.none().with(GenerationOption.TOP_P, 0.9).with(GenerationOption.TOP_K, 7),
                GenerationOptions.none().with(GenerationOption.TOP_K, 8).with(GenerationOption.PREFIX, "p"));

        assertThat(config.topP()).isEqualTo(0.5);
        assertThat(config.topK()).isEqualTo(7);
        assertThat(config.prefix()).isEqualTo("p");
        assertThat(config.temperature()).isEqualTo(1);
    }

    @Test
    void anEmptyListOfAHigherLayerHidesTheOneBelow() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.EOS_TOKEN_ID, List.of()),
                GenerationOptions.none().with(GenerationOption.EOS_TOKEN_ID, 5));

        assertThat(config.eosTokenIds()).isEmpty();
    }

    @Test
    void maxLengthOfAHigherLayerHidesMaxNewTokensBelow() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.MAX_LENGTH, 100),
                GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 5));

        assertThat(config.maxTokens()).isEqualTo(TokenLimit.ofPromptAndNewTokens(100));
    }

    @Test
    void maxNewTokensOfAHigherLayerHidesMaxLengthBelow() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 5),
                GenerationOptions.none().with(GenerationOption.MAX_LENGTH, 100));

        assertThat(config.maxTokens()).isEqualTo(TokenLimit.ofNewTokens(5));
    }

    @Test
    void withinALayerNewTokensWin() {
        GenerationConfig config = resolve(GenerationOptions.none()
                .with(GenerationOption.MAX_LENGTH, 100)
                .with(GenerationOption.MAX_NEW_TOKENS, 5)
                .with(GenerationOption.MIN_LENGTH, 50)
                .with(GenerationOption.MIN_NEW_TOKENS, 2));

        assertThat(config.maxTokens()).isEqualTo(TokenLimit.ofNewTokens(5));
        assertThat(config.minTokens()).isEqualTo(TokenLimit.ofNewTokens(2));
    }

    @Test
    void minimaFollowTheSameRuleAndDoNotMixWithMaxima() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.MIN_LENGTH, 10),
                GenerationOptions.none()
                        .with(GenerationOption.MIN_NEW_TOKENS, 5)
                        .with(GenerationOption.MAX_NEW_TOKENS, 40));

        assertThat(config.minTokens()).isEqualTo(TokenLimit.ofPromptAndNewTokens(10));
        assertThat(config.maxTokens()).isEqualTo(TokenLimit.ofNewTokens(40));
    }

    @Test
    void aLengthCountsThePromptAndNewTokensDoNot() {
        assertThat(TokenLimit.ofPromptAndNewTokens(10).newTokens(4)).isEqualTo(6);
        assertThat(TokenLimit.ofPromptAndNewTokens(10).newTokens(12)).isEqualTo(-2);
        assertThat(TokenLimit.ofNewTokens(10).newTokens(12)).isEqualTo(10);
        assertThatThrownBy(() -> TokenLimit.ofNewTokens(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A token limit must be at least 0 but was -1");
    }

    @Test
    void samplingWithBeamsIsRefusedByName() {
        assertThatThrownBy(() -> resolve(GenerationOptions.none()
                        .with(GenerationOption.DO_SAMPLE, true)
                        .with(GenerationOption.NUM_BEAMS, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("do_sample with num_beams 2 is beam sampling, which is not supported:"
                        + " set do_sample to false or num_beams to 1");
    }

    @Test
    void greedySearchForSeveralSequencesIsRefusedByName() {
        assertThatThrownBy(() -> resolve(GenerationOptions.none().with(GenerationOption.NUM_RETURN_SEQUENCES, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("greedy search gives one sequence but num_return_sequences is 3:"
                        + " set do_sample to true, or num_beams to at least 3");
    }

    @Test
    void moreSequencesThanBeamsAreRefusedByName() {
        assertThatThrownBy(() -> resolve(GenerationOptions.none()
                        .with(GenerationOption.NUM_BEAMS, 2)
                        .with(GenerationOption.NUM_RETURN_SEQUENCES, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("num_return_sequences 3 is more than num_beams 2:"
                        + " raise num_beams or lower num_return_sequences");
    }

    @Test
    void samplingForSeveralSequencesIsFine() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.DO_SAMPLE, true),
                GenerationOptions.none().with(GenerationOption.NUM_RETURN_SEQUENCES, 5));

        assertThat(config.numReturnSequences()).isEqualTo(5);
    }

    @Test
    void aConfigTravelsByJavaSerialization() throws Exception {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.STOP, "x").with(GenerationOption.EOS_TOKEN_ID, 5));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(config);
        }

        assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject())
                .isEqualTo(config);
    }

    private static GenerationConfig resolve(GenerationOptions... layers) {
        return GenerationConfig.resolve(List.of(layers));
    }
}
