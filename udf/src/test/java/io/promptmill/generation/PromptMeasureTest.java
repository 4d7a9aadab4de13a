package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What prompts take, over a model of 6 tokens and 40 positions. */
class PromptMeasureTest {
    private final ScriptedLm model = new ScriptedLm(6, 40, sequence -> new double[] {0, 1, 2, 3, 4, 5});
    private final PromptMeasure measure = new PromptMeasure(model, null, LongPromptPolicy.REJECT);

    private static GenerationOptions options() {
        return GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 7);
    }

    private static Prompt prompt(GenerationOptions options, int... tokens) {
        return Prompt.ofTokenIds("a", TokenIds.of(tokens), GenerationConfig.resolve(List.of(options)));
    }

    private PromptSize size(Prompt prompt) {
        List<PromptSize> told = new ArrayList<>();
        PromptResult result = measure.measure(prompt, told::add);
        assertThat(result.status()).isEqualTo(PromptResult.Status.OK);
        assertThat(result.promptTokens()).isEqualTo(told.get(0).tokens());
        return told.get(0);
    }

    @Test
    void aPromptHasTokensAPaddedPrefillAndSequences() {
        PromptSize size = size(prompt(
                options().with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.NUM_RETURN_SEQUENCES, 5),
                0,
                1,
                2));
        assertThat(size).isEqualTo(new PromptSize(3, 0, 8, 5, 1, 7, 7));
        assertThat(size.decodings()).isEqualTo(5);
        assertThat(size.mostTokens()).isEqualTo(35);
    }

    @Test
    void beamsAreOneDecoding() {
        PromptSize size = size(prompt(
                options().with(GenerationOption.NUM_BEAMS, 4).with(GenerationOption.NUM_RETURN_SEQUENCES, 2), 0));
        assertThat(size).isEqualTo(new PromptSize(1, 0, 0, 2, 4, 7, 7));
        assertThat(size.decodings()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 7", // no end token
        "9, 0, 7", // one that the model does not have
        "5, 0, 1",
        "5, 3, 4", // the end token comes after three others
        "5, 7, 7",
        "5, 20, 7"
    })
    void aSequenceEndsEarlyWhereAnEndTokenMayCome(int end, int leastNew, int least) {
        PromptSize size = size(prompt(
                options().with(GenerationOption.EOS_TOKEN_ID, end).with(GenerationOption.MIN_NEW_TOKENS, leastNew), 0));
        assertThat(size.leastNewTokens()).isEqualTo(least);
        assertThat(size.mostNewTokens()).isEqualTo(7);
        assertThat(size.mayEndEarly()).isEqualTo(least < 7);
    }

    @Test
    void whatAnEngineRejectsIsRejectedInTheSameWords() {
        Prompt tooLong = prompt(options().with(GenerationOption.MAX_NEW_TOKENS, 39), 0, 1);
        PromptResult measured = measure.measure(tooLong, size -> {
            throw new AssertionError(size);
        });
        try (GenerationEngine engine = new GenerationEngine(model, null, EngineSettings.defaults())) {
            assertThat(measured)
                    .isEqualTo(engine.generate(List.of(tooLong).iterator()).next());
        }
        assertThat(measured.problem().code()).isEqualTo("prompt_too_long");
    }

    @Test
    void aShortenedPromptHasNoMoreTokensAndDrawnSequences() {
        Prompt five = prompt(
                options().with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.NUM_RETURN_SEQUENCES, 5), 0);
        assertThat(size(measure.shortened(five, 3, 2))).isEqualTo(new PromptSize(1, 0, 0, 2, 1, 3, 3));
        assertThat(measure.shortened(five, 7, 5)).isEqualTo(five);

        Prompt byLength = prompt(GenerationOptions.none().with(GenerationOption.MAX_LENGTH, 6), 0, 1);
        assertThat(size(byLength).mostNewTokens()).isEqualTo(4);
        assertThat(size(measure.shortened(byLength, 3, 1)).mostNewTokens()).isEqualTo(3);
        assertThat(measure.shortened(byLength, 4, 1)).isEqualTo(byLength);

        Prompt beams =
                prompt(options().with(GenerationOption.NUM_BEAMS, 4).with(GenerationOption.NUM_RETURN_SEQUENCES, 3), 0);
        assertThat(size(measure.shortened(beams, 7, 1)).sequences()).isEqualTo(3);
    }
}
