package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationConfigTest {
    private static final Set<GenerationOption> ONLY_BEAMS =
            EnumSet.of(GenerationOption.LENGTH_PENALTY, GenerationOption.EARLY_STOPPING);

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
    void theHigherSourceWinsAndTheLowerFillsWhatItLeavesOpen() {
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
    void anEmptyListOfAHigherSourceHidesTheOneBelow() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.EOS_TOKEN_ID, List.of()),
                GenerationOptions.none().with(GenerationOption.EOS_TOKEN_ID, 5));

        assertThat(config.eosTokenIds()).isEmpty();
    }

    @Test
    void maxLengthOfAHigherSourceHidesMaxNewTokensBelow() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.MAX_LENGTH, 100),
                GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 5));

        assertThat(config.maxTokens()).isEqualTo(TokenLimit.ofPromptAndNewTokens(100));
    }

    @Test
    void maxNewTokensOfAHigherSourceHidesMaxLengthBelow() {
        GenerationConfig config = resolve(
                GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 5),
                GenerationOptions.none().with(GenerationOption.MAX_LENGTH, 100));

        assertThat(config.maxTokens()).isEqualTo(TokenLimit.ofNewTokens(5));
    }

    @Test
    void withinASourceNewTokensWin() {
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

    // ---- temperature 0 ----

    /** Sources as {@code do_sample/temperature}, highest first; a dash where one says nothing. */
    @ParameterizedTest
    @CsvSource({
        "-/0, GREEDY",
        "-/-0.0, GREEDY",
        "false/0, GREEDY",
        "true/0, REFUSED",
        "-/0 true/0.7, GREEDY", // a row over a command line that samples
        "-/0 true/-, GREEDY",
        "-/0 true/0, GREEDY",
        "-/0 -/0.7 true/-, GREEDY",
        "-/0.7 -/0 true/-, SAMPLED",
        "-/0.7 true/0, SAMPLED", // a higher source mends it
        "false/- true/0, GREEDY",
        "true/- -/0, REFUSED", // transformers refuses it, too
        "true/- false/0, REFUSED",
        "true/0.7 -/0, SAMPLED",
        "true/- -/-, SAMPLED",
        "-/- false/-, GREEDY"
    })
    void temperatureZeroIsGreedyWhereItsSourceAndThoseAboveDoNotAskForSampling(String sources, String outcome) {
        List<GenerationOptions> options = Arrays.stream(sources.split(" ", -1))
                .map(GenerationConfigTest::samplingSource)
                .toList();

        if (outcome.equals("REFUSED")) {
            assertThatThrownBy(() -> GenerationConfig.resolve(options))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessage("temperature 0 is greedy search but do_sample is true: leave do_sample out, or set a"
                            + " temperature above 0")
                    .extracting(e -> ((InvalidSettingException) e).options())
                    .isEqualTo(EnumSet.of(GenerationOption.DO_SAMPLE, GenerationOption.TEMPERATURE));
        } else {
            GenerationConfig config = GenerationConfig.resolve(options);
            assertThat(config.doSample()).isEqualTo(outcome.equals("SAMPLED"));
            assertThat(config.temperature()).as("the network divides by it").isGreaterThan(0);
        }
    }

    private static GenerationOptions samplingSource(String text) {
        String[] said = text.split("/", -1);
        GenerationOptions source = GenerationOptions.none();
        source = said[0].equals("-") ? source : source.with(GenerationOption.DO_SAMPLE, said[0]);
        return said[1].equals("-") ? source : source.with(GenerationOption.TEMPERATURE, said[1]);
    }

    // ---- values that cannot be used ----

    @ParameterizedTest
    @EnumSource
    void aFaultThatCountsIsRefused(GenerationOption option) {
        GenerationOptions below = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, !ONLY_BEAMS.contains(option))
                .with(GenerationOption.NUM_BEAMS, ONLY_BEAMS.contains(option) ? 2 : 1);

        assertThatThrownBy(() -> resolve(GenerationOptions.none().withFault(option, "it is wrong"), below))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("it is wrong")
                .extracting(e -> ((InvalidSettingException) e).options())
                .isEqualTo(EnumSet.of(option));
    }

    @ParameterizedTest
    @EnumSource
    void aFaultThatAHigherSourceOverridesIsNot(GenerationOption option) {
        Object value =
                switch (option) {
                    case DO_SAMPLE -> false;
                    case EARLY_STOPPING -> "never";
                    case BAD_WORDS_IDS -> "[[1]]";
                    case STOP, PREFIX -> "x";
                    default -> 1;
                };
        GenerationOptions good = GenerationOptions.none().with(option, value);

        assertThat(resolve(good, GenerationOptions.none().withFault(option, "it is wrong")))
                .isEqualTo(resolve(good));
        assertThat(good.withFault(option, "it is wrong").with(option, value)).isEqualTo(good);
    }

    @ParameterizedTest
    @EnumSource(names = {"TEMPERATURE", "TOP_K", "TOP_P", "MIN_P", "TYPICAL_P", "LENGTH_PENALTY", "EARLY_STOPPING"})
    void aFaultWithoutEffectIsNot(GenerationOption option) {
        assertThat(resolve(GenerationOptions.none().withFault(option, "it is wrong")))
                .isEqualTo(GenerationConfig.defaults());
    }

    @Test
    void theOtherFormOfALimitOverridesIt() {
        GenerationOptions newTokens = GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 5);
        GenerationOptions wrong = GenerationOptions.none().withFault(GenerationOption.MAX_LENGTH, "it is wrong");

        assertThat(resolve(newTokens, wrong).maxTokens()).isEqualTo(TokenLimit.ofNewTokens(5));
        assertThat(newTokens.overrides(GenerationOption.MAX_LENGTH)).isTrue();
        assertThat(newTokens.overrides(GenerationOption.MIN_LENGTH)).isFalse();
        assertThatThrownBy(() -> resolve(wrong, newTokens)).hasMessage("it is wrong");
    }

    @Test
    void combinationsThatAHigherSourceMendsAreFine() {
        GenerationOptions beamSampling = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.NUM_BEAMS, 4)
                .with(GenerationOption.NUM_RETURN_SEQUENCES, 9);

        assertThat(resolve(GenerationOptions.none().with(GenerationOption.NUM_BEAMS, 1), beamSampling)
                        .numReturnSequences())
                .isEqualTo(9);
    }

    // ---- end tokens ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | ''",
                "299 | ''",
                "[] | ''",
                "-1 | eos_token_id names -1, but",
                "300 | eos_token_id names 300, but",
                "[0, 50256, -1] | eos_token_id names 50256, -1, but",
                "[300,301,302,303,304,305,306] | 'eos_token_id names 300, 301, 302, 303, 304, ..., but'"
            })
    void endTokensThatTheModelDoesNotHaveAreWorthAWarning(String value, String warning) {
        String text = GenerationOptions.none()
                .with(GenerationOption.EOS_TOKEN_ID, value)
                .endTokenWarning(300)
                .orElse("");

        assertThat(text)
                .isEqualTo(
                        warning.isEmpty()
                                ? ""
                                : warning + " the model's token ids are 0 to 299; what it never generates ends no"
                                        + " sequence");
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

    private static GenerationConfig resolve(GenerationOptions... sources) {
        return GenerationConfig.resolve(List.of(sources));
    }
}
