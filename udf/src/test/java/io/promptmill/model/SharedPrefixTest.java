package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.compile.Precision;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.GenerationStats;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A configured prefix is computed once and copied; what follows is as if each prompt had been computed whole. */
class SharedPrefixTest {
    private static final Path SAMPLE_MODEL = Goldens.resource("/io/promptmill/sample-model");
    private static final List<String> PROMPTS = List.of(
            " A friend is",
            " The moon",
            "",
            " It is better to",
            " When the cat",
            " Nothing",
            " The last word of all is",
            " My dream is");
    private static final String PREFIX = "Here are some old sayings, one on each line, about weather, work, love and"
            + " money. A watched pot never boils. He who laughs last laughs best. The early bird catches the worm. A"
            + " stitch in time saves nine. All that glitters is not gold. Still waters run deep.";

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws Exception {
        tokenizer = new Tokenizer(TokenizerDefinition.read(SAMPLE_MODEL).orElseThrow());
        assertThat(tokenizer.encode(PREFIX).size()).isGreaterThan(64);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void promptsAfterAPrefixGoOnAsTheWholeTextDoes() throws Exception {
        try (LoadedModel model = CompiledModels.load(SAMPLE_MODEL)) {
            Run apart = run(model, prompts(PREFIX, ""), 4);
            Run whole = run(model, prompts("", PREFIX), 4);

            for (int i = 0; i < PROMPTS.size(); i++) {
                Completion expected = whole.results.get(i).completions().get(0);
                Completion found = apart.results.get(i).completions().get(0);
                assertThat(found.tokenIds()).as(PROMPTS.get(i)).isEqualTo(expected.tokenIds());
                assertThat(found.cumulativeLogprob()).isCloseTo(expected.cumulativeLogprob(), within(1e-3));
                assertThat(apart.results.get(i).promptTokens())
                        .isEqualTo(whole.results.get(i).promptTokens());
            }
        }
    }

    @Test
    void onlyWhatFollowsThePrefixIsComputedForAPrompt() throws Exception {
        try (LoadedModel model = CompiledModels.load(SAMPLE_MODEL)) {
            GenerationStats apart = run(model, prompts(PREFIX, ""), 4).stats;
            GenerationStats whole = run(model, prompts("", PREFIX), 4).stats;

            assertThat(apart.prefills()).isEqualTo(PROMPTS.size());
            int borrowed = tokenizer.encode(PREFIX).size() / 32 * 32;
            assertThat(borrowed).isGreaterThanOrEqualTo(64);
            assertThat(whole.prefillPositions() - apart.prefillPositions()).isEqualTo((long) borrowed * PROMPTS.size());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void resultsAreBitForBitThoseOfThePromptAlone(Precision precision) throws Exception {
        try (LoadedModel model = CompiledModels.load(SAMPLE_MODEL, precision)) {
            List<Prompt> mixed = new ArrayList<>(prompts(PREFIX, ""));
            prompts("", "Rain in May")
                    .forEach(mate -> mixed.add(Prompt.ofText("mate " + mate.id(), mate.text(), mate.config())));
            List<PromptResult> together = run(model, mixed, 16).results;

            for (int i = 0; i < PROMPTS.size(); i++) {
                assertThat(together.get(i))
                        .as("%s among others", PROMPTS.get(i))
                        .isEqualTo(run(model, List.of(mixed.get(i)), 1).results.get(0));
            }
        }
    }

    private record Run(List<PromptResult> results, GenerationStats stats) {}

    private static Run run(LoadedModel model, List<Prompt> prompts, int slots) {
        List<PromptResult> results = new ArrayList<>();
        try (GenerationEngine engine =
                new GenerationEngine(model, tokenizer, EngineSettings.defaults().withSlots(slots))) {
            engine.generate(prompts.iterator()).forEachRemaining(results::add);
            return new Run(results, engine.stats());
        }
    }

    private static List<Prompt> prompts(String prefix, String start) {
        GenerationOptions options = GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 12);
        GenerationConfig config = GenerationConfig.resolve(
                List.of(prefix.isEmpty() ? options : options.with(GenerationOption.PREFIX, prefix)));
        return PROMPTS.stream()
                .map(text -> Prompt.ofText("prompt " + PROMPTS.indexOf(text), start + text, config))
                .toList();
    }
}
