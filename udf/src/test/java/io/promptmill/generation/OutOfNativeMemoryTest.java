package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.PromptResult.Status;
import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a run when the network finds no memory: fewer slots, the same results, and at worst one failed row. */
class OutOfNativeMemoryTest {
    private static final int VOCABULARY = 100;
    private static final int SLOTS = 8;
    private static final Function<TokenIds, double[]> CHAIN =
            ScriptedLm.chain(VOCABULARY, TokenIds.of(10, 11, 12, 13, 14, 15));

    @Test
    void theSlotsAreHalvedUntilAStepHasMemory() {
        ScriptedLm model = new ScriptedLm(VOCABULARY, 64, CHAIN).withMemoryFor(SLOTS, 2);

        List<PromptResult> results = generate(
                model,
                List.of(prompt(1, 10), prompt(2, 10), prompt(3, 12), prompt(1, 13), prompt(2, 13), prompt(2, 14)));

        assertThat(results)
                .extracting(result -> result.completions().get(0).tokenIds())
                .containsExactly(
                        TokenIds.of(11),
                        TokenIds.of(11, 12),
                        TokenIds.of(13, 14, 15),
                        TokenIds.of(14),
                        TokenIds.of(14, 15),
                        TokenIds.of(15, 0));
        assertThat(model.passes().stream().filter(pass -> !pass.startsWith("step 2") && !pass.startsWith("step 1")))
                .as("each cache is closed before the next, smaller one is made")
                .containsExactly("no memory for rows 6", "close", "no memory for rows 4", "close", "close");
    }

    @Test
    void theStatisticsTellHowOftenTheSlotsWereHalved() {
        ScriptedLm model = new ScriptedLm(VOCABULARY, 64, CHAIN).withMemoryFor(SLOTS, 2);
        EngineSettings settings = EngineSettings.defaults().withSlots(SLOTS);

        try (GenerationEngine engine = new GenerationEngine(model, null, settings)) {
            engine.generate(List.of(prompt(1, 10), prompt(1, 11), prompt(1, 12)).iterator())
                    .forEachRemaining(result -> assertThat(result.status()).isEqualTo(Status.OK));
            assertThat(engine.stats().halvings()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 4", "8, 2", "4, 8", "2, 8"})
    void resultsAreThoseOfARunThatHasMemory(int memoryForSlots, int memoryForRows) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            GenerationOptions options = maxNewTokens(1 + i * 5 % 7);
            options = switch (i % 3) {
                case 0 -> options;
                case 1 -> options.with(GenerationOption.NUM_BEAMS, 2);
                default -> options.with(GenerationOption.DO_SAMPLE, true)
                        .with(GenerationOption.NUM_RETURN_SEQUENCES, 1 + i % 5);
            };
            prompts.add(prompt("prompt " + i, options, new int[1 + i * 3 % 20]));
        }
        ScriptedLm plenty = new ScriptedLm(VOCABULARY, 64, CHAIN);

        assertThat(generate(plenty.withMemoryFor(memoryForSlots, memoryForRows), prompts))
                .hasSize(60)
                .isEqualTo(generate(plenty, prompts));
    }

    @Test
    void aPromptThatDoesNotFitAloneFailsAndTheRunGoesOn() {
        ScriptedLm model = new ScriptedLm(VOCABULARY, 64, sequence -> {
            if (sequence.at(0) == 66 && sequence.size() == 4) {
                throw new OutOfNativeMemoryException(new IllegalStateException("says the script"));
            }
            return CHAIN.apply(sequence);
        });

        List<PromptResult> results = generate(
                model,
                List.of(
                        prompt(5, 10),
                        prompt(5, 66, 10),
                        prompt("three", sampled(3), 66, 10),
                        prompt(2, 66, 12),
                        prompt(5, 10)));

        assertThat(results)
                .extracting(PromptResult::status)
                .containsExactly(Status.OK, Status.FAILED, Status.FAILED, Status.OK, Status.OK);
        assertThat(results.get(1).problem())
                .hasToString("out_of_memory: the prompt has 2 tokens and its sequences take 1 slot, there was no native"
                        + " memory for it, even with nothing else in flight, give executors more memory outside of the"
                        + " heap (spark.executor.memoryOverhead), or fewer tasks at once, then generate the row again");
        assertThat(results.get(4).completions().get(0).tokenIds()).isEqualTo(TokenIds.of(11, 12, 13, 14, 15));
    }

    @Test
    void beamsThatDoNotFitTogetherFailTheirPromptOnly() {
        ScriptedLm model = new ScriptedLm(VOCABULARY, 64, CHAIN).withMemoryFor(SLOTS, 2);
        GenerationOptions three = maxNewTokens(2).with(GenerationOption.NUM_BEAMS, 3);
        GenerationOptions two = maxNewTokens(2).with(GenerationOption.NUM_BEAMS, 2);

        List<PromptResult> results = generate(
                model, List.of(prompt("three", three, 10), prompt("two", two, 10), prompt(2, 10), prompt(2, 11)));

        assertThat(results)
                .extracting(PromptResult::status)
                .containsExactly(Status.FAILED, Status.OK, Status.OK, Status.OK);
        assertThat(results.get(0).problem().what()).isEqualTo("the prompt has 1 token and its sequences take 3 slots");
    }

    @Test
    void whereNothingFitsEveryPromptFails() {
        ScriptedLm model = new ScriptedLm(VOCABULARY, 64, CHAIN).withMemoryFor(0, 0);

        assertThat(generate(model, List.of(prompt(1, 10), prompt(1, 11), prompt("three", sampled(3), 12))))
                .extracting(PromptResult::status)
                .containsExactly(Status.FAILED, Status.FAILED, Status.FAILED);
    }

    private static List<PromptResult> generate(ScriptedLm model, List<Prompt> prompts) {
        EngineSettings settings = EngineSettings.defaults().withSlots(SLOTS);
        List<PromptResult> results = new ArrayList<>();
        try (GenerationEngine engine = new GenerationEngine(model, null, settings)) {
            engine.generate(prompts.iterator()).forEachRemaining(results::add);
        }
        assertThat(results)
                .extracting(PromptResult::promptId)
                .as("one result per prompt, in order")
                .isEqualTo(prompts.stream().map(Prompt::id).toList());
        assertThat(results).filteredOn(result -> result.status() == Status.OK).allSatisfy(result -> assertThat(
                        result.completions())
                .extracting(Completion::index)
                .isSorted());
        return results;
    }

    private static GenerationOptions maxNewTokens(int tokens) {
        return GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, tokens);
    }

    private static GenerationOptions sampled(int sequences) {
        return maxNewTokens(4)
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.NUM_RETURN_SEQUENCES, sequences);
    }

    private static Prompt prompt(int newTokens, int... tokens) {
        return prompt(TokenIds.of(tokens) + " + " + newTokens, maxNewTokens(newTokens), tokens);
    }

    private static Prompt prompt(String id, GenerationOptions options, int... tokens) {
        return Prompt.ofTokenIds(id, TokenIds.of(tokens), GenerationConfig.resolve(List.of(options)));
    }
}
