package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine computes, and when, over a scripted model: prefills, refills, steps and the slots they use. */
class GenerationEngineTest {
    private static final int VOCABULARY = 100;

    private final ScriptedLm model =
            new ScriptedLm(VOCABULARY, 64, ScriptedLm.chain(VOCABULARY, TokenIds.of(10, 11, 12, 13, 14, 15)));
    private GenerationStats stats;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void aPromptOfFiveSequencesIsComputedOnce(int slots) {
        GenerationOptions five =
                maxNewTokens(3).with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.NUM_RETURN_SEQUENCES, 5);

        List<PromptResult> results = generate(slots, prompt("five", five, 7, 8, 10));

        assertThat(results.get(0).completions()).hasSize(5).allSatisfy(completion -> assertThat(completion.tokenIds())
                .isEqualTo(TokenIds.of(11, 12, 13)));
        assertThat(model.passes().stream().filter(pass -> pass.startsWith("prefill")))
                .containsExactly("prefill [8]");
        assertThat(stats.prefills()).isEqualTo(1);
        assertThat(stats.prefillPositions()).isEqualTo(8);
        assertThat(stats.paddingPositions()).isEqualTo(6);
    }

    /** It lies in three places, and a place that its sequences have left may serve it or another prompt again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 9, 64})
    void aPromptOfTwentySequencesIsComputedOnceAndCopied(int slots) {
        GenerationOptions twenty =
                maxNewTokens(3).with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.NUM_RETURN_SEQUENCES, 20);
        GenerationOptions three =
                maxNewTokens(1).with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.NUM_RETURN_SEQUENCES, 3);

        List<PromptResult> results = generate(
                slots,
                prompt("before", three, 5, 6, 10),
                prompt("twenty", twenty, 7, 8, 10),
                prompt("after", three, 9, 10));

        assertThat(results).extracting(result -> result.completions().size()).containsExactly(3, 20, 3);
        assertThat(results.get(1).completions())
                .allSatisfy(completion -> assertThat(completion.tokenIds()).isEqualTo(TokenIds.of(11, 12, 13)));
        assertThat(stats.prefills()).isEqualTo(3);
    }

    @Test
    void aPromptAloneTakesASlotForEachOfItsSequencesAndNoMore() {
        GenerationOptions five =
                maxNewTokens(3).with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.NUM_RETURN_SEQUENCES, 5);
        Prompt prompt = prompt("five", five, 7, 8, 10);

        try (GenerationEngine engine =
                new GenerationEngine(model, null, EngineSettings.defaults().withSlots(8))) {
            PromptResult alone = engine.generateAlone(prompt);
            assertThat(engine.stats().availableRows()).as("5 slots, 3 steps").isEqualTo(15);
            assertThat(engine.generate(List.of(prompt).iterator()).next()).isEqualTo(alone);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9})
    void aPromptOfFourBeamsIsComputedOnceHoweverManySlotsThereAre(int slots) {
        GenerationOptions beams =
                maxNewTokens(4).with(GenerationOption.NUM_BEAMS, 4).with(GenerationOption.NUM_RETURN_SEQUENCES, 4);

        List<PromptResult> results = generate(slots, prompt("beams", beams, 7, 8, 10));

        assertThat(results.get(0).completions())
                .extracting(Completion::tokenIds)
                .hasSize(4)
                .doesNotHaveDuplicates()
                .startsWith(TokenIds.of(11, 12, 13, 14));
        assertThat(model.passes()).containsExactly("prefill [8]", "step 4", "step 4", "step 4", "step 4", "close");
        assertThat(stats.prefills()).isEqualTo(1);
        assertThat(stats.slotUse()).isEqualTo(slots == 9 ? 4 / 9. : 1);
    }

    @Test
    void aSlotIsFilledAgainWhileOthersAreStillInFlight() {
        List<PromptResult> results = generate(
                2,
                prompt("long", maxNewTokens(5), 1, 10),
                prompt("short", maxNewTokens(2), 2, 10),
                prompt("next", maxNewTokens(2), 3, 12));

        assertThat(model.passes())
                .containsExactly(
                        "prefill [1, 2]", "step 2", "step 2", "prefill [3]", "step 2", "step 2", "step 1", "close");
        assertThat(results)
                .extracting(result -> result.completions().get(0).tokenIds())
                .containsExactly(TokenIds.of(11, 12, 13, 14, 15), TokenIds.of(11, 12), TokenIds.of(13, 14));
        assertThat(stats.refills()).isEqualTo(1);
        assertThat(stats.prefills()).isEqualTo(3);
    }

    @Test
    void stepsAreComputedTogetherUpToTheFirstEndThatIsForeseen() {
        ScriptedLm four = model.withStepsPerCall(4);

        List<PromptResult> results = generate(
                four,
                2,
                prompt("long", maxNewTokens(9), 1, 10),
                prompt("short", maxNewTokens(2), 2, 10),
                prompt("next", maxNewTokens(2), 3, 12));

        assertThat(four.passes())
                .containsExactly(
                        "prefill [1, 2]", "step 2 x 2", "prefill [3]", "step 2 x 2", "step 1 x 4", "step 1", "close");
        assertThat(results)
                .isEqualTo(generate(
                        2,
                        prompt("long", maxNewTokens(9), 1, 10),
                        prompt("short", maxNewTokens(2), 2, 10),
                        prompt("next", maxNewTokens(2), 3, 12)));
    }

    @Test
    void whatIsComputedOfASequenceAfterItsEndIsNotLive() {
        ScriptedLm four = model.withStepsPerCall(4);

        List<PromptResult> results = generate(
                four,
                3,
                prompt("long", maxNewTokens(4), 1, 10),
                prompt("ends", maxNewTokens(6).with(GenerationOption.EOS_TOKEN_ID, 12), 2, 10));

        assertThat(four.passes()).containsExactly("prefill [1, 2]", "step 2 x 4", "close");
        assertThat(results)
                .extracting(result -> result.completions().get(0).tokenIds())
                .containsExactly(TokenIds.of(11, 12, 13, 14), TokenIds.of(11, 12));
        assertThat(stats.steps()).isEqualTo(4);
        assertThat(stats.liveRows()).isEqualTo(4 + 2);
        assertThat(stats.computedRows()).isEqualTo(8);
        assertThat(stats.slotUse()).isEqualTo(6 / 12.);
    }

    @Test
    void endTokensThatAreBannedForSomeStepsKeepThoseTogether() {
        ScriptedLm four = model.withStepsPerCall(4);
        GenerationOptions least = maxNewTokens(6)
                .with(GenerationOption.MIN_NEW_TOKENS, 3)
                .with(GenerationOption.EOS_TOKEN_ID, 12)
                .with(GenerationOption.BAD_WORDS_IDS, List.of(List.of(0)));

        List<PromptResult> results = generate(four, 1, prompt("least", least, 10));

        assertThat(four.passes()).containsExactly("step 1 x 3", "step 1 x 3", "close");
        assertThat(results).isEqualTo(generate(1, prompt("least", least, 10)));
    }

    static Stream<GenerationOptions> settingsThatLookAtEachToken() {
        return Stream.of(
                maxNewTokens(2).with(GenerationOption.NUM_BEAMS, 2),
                maxNewTokens(2).with(GenerationOption.NO_REPEAT_NGRAM_SIZE, 2),
                maxNewTokens(2).with(GenerationOption.BAD_WORDS_IDS, List.of(List.of(10, 11))));
    }

    @ParameterizedTest
    @MethodSource("settingsThatLookAtEachToken")
    void whereOneSequenceIsLookedAtAfterEachTokenAllStepsAreSingleOnes(GenerationOptions options) {
        ScriptedLm four = model.withStepsPerCall(4);
        Prompt lookedAt = prompt("looked at", options, 10);

        List<PromptResult> results = generate(four, 4, prompt("long", maxNewTokens(6), 10), lookedAt);

        int rows = 1 + lookedAt.config().numBeams();
        assertThat(four.passes()).containsExactly("step " + rows, "step " + rows, "step 1 x 4", "close");
        assertThat(results.get(1)).isEqualTo(generate(4, lookedAt).get(0));
    }

    @Test
    void slotUseIsTheShareOfTheSlotsThatCarriedASequence() {
        generate(4, prompt("long", maxNewTokens(5), 1, 10), prompt("short", maxNewTokens(1), 2, 10));

        assertThat(stats.steps()).isEqualTo(5);
        assertThat(stats.liveRows()).isEqualTo(6);
        assertThat(stats.availableRows()).isEqualTo(20);
        assertThat(stats.slotUse()).isEqualTo(0.3);
    }

    /** The cache of the script holds it against each step that a slot holds its own sequence and nothing else. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "5, 1", "8, 1", "64, 1", "1, 4", "3, 2", "5, 4", "8, 8"})
    void sequencesAndBeamsOfAllLengthsShareSlotsAndKeepTheirOwnCache(int slots, int stepsPerCall) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            GenerationOptions options = maxNewTokens(1 + i * 5 % 7);
            options = switch (i % 3) {
                case 0 -> options;
                case 1 -> options.with(GenerationOption.NUM_BEAMS, 2 + i % 4);
                default -> options.with(GenerationOption.DO_SAMPLE, true)
                        .with(GenerationOption.NUM_RETURN_SEQUENCES, 1 + i % 5);
            };
            prompts.add(prompt("prompt " + i, options, new int[1 + i * 3 % 20]));
        }

        List<PromptResult> results =
                generate(model.withStepsPerCall(stepsPerCall), slots, prompts.toArray(Prompt[]::new));

        assertThat(results)
                .extracting(PromptResult::promptId)
                .hasSize(40)
                .isEqualTo(prompts.stream().map(Prompt::id).toList());
        for (int i = 0; i < prompts.size(); i++) {
            assertThat(results.get(i)).isEqualTo(generate(1, prompts.get(i)).get(0));
        }
    }

    @Test
    void tiesOfABeamSearchAreBrokenByTokenIdWhateverANeighbourAsksFor() {
        ScriptedLm tied = new ScriptedLm(VOCABULARY, 64, sequence -> IntStream.range(0, VOCABULARY)
                .mapToDouble(id -> id < 20 ? 1 : 0)
                .toArray());
        GenerationOptions two =
                maxNewTokens(2).with(GenerationOption.NUM_BEAMS, 2).with(GenerationOption.NUM_RETURN_SEQUENCES, 2);
        Prompt prompt = prompt("two", two, 7);
        Prompt neighbour = prompt("five", maxNewTokens(2).with(GenerationOption.NUM_BEAMS, 5), 8);

        PromptResult alone = generate(tied, 8, prompt).get(0);
        PromptResult together = generate(tied, 8, prompt, neighbour).get(0);

        assertThat(alone.completions())
                .extracting(Completion::tokenIds)
                .containsExactly(TokenIds.of(0, 0), TokenIds.of(0, 1));
        assertThat(together).isEqualTo(alone);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, greedy", "4, 1, greedy", "4, 1, beams", "1, 4, greedy", "4, 4, greedy"})
    void aSequenceWithoutANumberFailsItsPromptAndNobodyElse(int slots, int stepsPerCall, String mode) {
        ScriptedLm broken = new ScriptedLm(VOCABULARY, 64, sequence -> {
            double[] logits = new double[VOCABULARY];
            logits[0] = sequence.at(0) == 66 && sequence.size() == 4 ? Double.NaN : 1;
            return logits;
        });
        GenerationOptions options =
                mode.equals("beams") ? maxNewTokens(5).with(GenerationOption.NUM_BEAMS, 2) : maxNewTokens(5);

        List<PromptResult> results = generate(
                broken.withStepsPerCall(stepsPerCall),
                slots,
                prompt("a", options, 1),
                prompt("b", options, 66),
                prompt("c", options, 2));

        assertThat(results)
                .extracting(PromptResult::status)
                .containsExactly(PromptResult.Status.OK, PromptResult.Status.FAILED, PromptResult.Status.OK);
        assertThat(results.get(1).problem().code()).isEqualTo("no_valid_token");
        assertThat(results.get(2).completions().get(0).tokenIds()).isEqualTo(TokenIds.of(0, 0, 0, 0, 0));
    }

    private List<PromptResult> generate(int slots, Prompt... prompts) {
        return generate(model, slots, prompts);
    }

    private List<PromptResult> generate(ScriptedLm of, int slots, Prompt... prompts) {
        EngineSettings settings = new EngineSettings(slots, 0, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION);
        List<PromptResult> results = new ArrayList<>();
        try (GenerationEngine engine = new GenerationEngine(of, null, settings)) {
            engine.generate(List.of(prompts).iterator()).forEachRemaining(results::add);
            stats = engine.stats();
        }
        return results;
    }

    private static GenerationOptions maxNewTokens(int tokens) {
        return GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, tokens);
    }

    private static Prompt prompt(String id, GenerationOptions options, int... tokens) {
        return Prompt.ofTokenIds(id, TokenIds.of(tokens), GenerationConfig.resolve(List.of(options)));
    }
}
