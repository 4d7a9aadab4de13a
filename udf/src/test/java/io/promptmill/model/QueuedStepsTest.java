package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.RandomCheckpoint;
import io.promptmill.TokenIds;
import io.promptmill.compile.Precision;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.GenerationStats;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several steps in one call of the network, as on a GPU, give the bits of single steps. */
class QueuedStepsTest {
    /** No multiple of 64: the logits have ids beyond it, which no step may be fed. */
    private static final int VOCABULARY = 100;

    private static final int POSITIONS = 128;
    private static final long SEED = 7;

    private static final Map<Precision, LoadedModel> MODELS = new EnumMap<>(Precision.class);

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        random().write(folder);
        for (Precision precision : Precision.values()) {
            MODELS.put(precision, CompiledModels.load(folder, precision));
        }
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(LoadedModel::close);
    }

    @ParameterizedTest(name = "{0}, {1} steps a call, {2} slots")
    @CsvSource({"FP32,2,8", "FP32,4,4", "FP32,4,16", "FP32,8,3", "FP32,8,64", "BF16,4,8", "INT8,8,8"})
    void resultsAreBitForBitThoseOfSingleSteps(Precision precision, int stepsPerCall, int slots) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            // Uneven, so that slots are filled again in between.
            int length = 1 + i * 17 % 60;
            GenerationOptions options = maxNewTokens(3 + i * 7 % 25);
            prompts.add(prompt("greedy " + i, length, options));
            prompts.add(prompt("top-k " + i, length, sampled(options).with(GenerationOption.TOP_K, 20)));
            prompts.add(prompt("top-p " + i, length, sampled(options).with(GenerationOption.TOP_P, 0.9)));
            prompts.add(prompt("penalty " + i, length, options.with(GenerationOption.REPETITION_PENALTY, 1.5)));
            prompts.add(prompt("ends " + i, length, sampled(options).with(GenerationOption.EOS_TOKEN_ID, tokens(9))));
            prompts.add(prompt(
                    "least " + i,
                    length,
                    sampled(options)
                            .with(GenerationOption.MIN_NEW_TOKENS, 3)
                            .with(GenerationOption.EOS_TOKEN_ID, tokens(30))));
            prompts.add(prompt(
                    "several " + i,
                    length,
                    sampled(options).with(GenerationOption.NUM_RETURN_SEQUENCES, 1 + i * 5 % 11)));
        }

        Run single = run(MODELS.get(precision), 1, slots, prompts);
        Run queued = run(MODELS.get(precision), stepsPerCall, slots, prompts);

        assertThat(queued.results()).isEqualTo(single.results());
        assertThat(single.calls()).isEqualTo(single.stats().steps());
        assertThat(queued.calls())
                .isLessThan(single.calls())
                .isLessThan(queued.stats().steps());
        assertThat(queued.stats().liveRows()).isEqualTo(single.stats().liveRows());
        assertThat(queued.stats().slotUse()).isLessThanOrEqualTo(single.stats().slotUse());
        assertThat(finishReasons(single)).contains(FinishReason.STOP, FinishReason.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void sequencesThatAreLookedAtAfterEachTokenGetTheirSingleSteps(int stepsPerCall) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            GenerationOptions options = maxNewTokens(3 + i * 7 % 20);
            prompts.add(prompt("greedy " + i, 5 + i, maxNewTokens(30)));
            prompts.add(prompt("beams " + i, 5 + i, options.with(GenerationOption.NUM_BEAMS, 2 + i % 2)));
            prompts.add(prompt("n-grams " + i, 5 + i, options.with(GenerationOption.NO_REPEAT_NGRAM_SIZE, 2)));
            prompts.add(prompt(
                    "bad words " + i,
                    5 + i,
                    sampled(options).with(GenerationOption.BAD_WORDS_IDS, List.of(List.of(1), List.of(2, 3)))));
        }

        Run single = run(MODELS.get(Precision.FP32), 1, 4, prompts);
        Run queued = run(MODELS.get(Precision.FP32), stepsPerCall, 4, prompts);

        assertThat(queued.results()).isEqualTo(single.results());
        assertThat(queued.calls()).isLessThan(single.calls());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void stopStringsEndASequenceInTheMiddleOfACall(int stepsPerCall) throws Exception {
        Path sampleModel = Goldens.resource("/io/promptmill/sample-model");
        GenerationOptions options = sampled(maxNewTokens(24)).with(GenerationOption.STOP, List.of(".", " the"));
        List<Prompt> prompts = new ArrayList<>();
        for (String text : List.of("A friend is", "The moon", "It is better to", "When the cat", "My dream is")) {
            prompts.add(Prompt.ofText(text, text, GenerationConfig.resolve(List.of(options))));
        }
        try (LoadedModel model = CompiledModels.load(sampleModel);
                Tokenizer tokenizer =
                        new Tokenizer(TokenizerDefinition.read(sampleModel).orElseThrow())) {
            Run single = run(model, tokenizer, 1, 2, prompts);
            Run queued = run(model, tokenizer, stepsPerCall, 2, prompts);

            assertThat(queued.results()).isEqualTo(single.results());
            assertThat(queued.calls()).isLessThan(single.calls());
            assertThat(queued.stats().computedRows())
                    .isGreaterThan(queued.stats().liveRows());
            assertThat(finishReasons(single)).contains(FinishReason.STOP);
        }
    }

    /** The last tokens of the longest sequences stand at the last position of the cache, and of the model. */
    @Test
    void sequencesThatFillTheModelToItsLastPositionAreNotSteppedBeyondIt() {
        GenerationOptions all = maxNewTokens(POSITIONS - 97);
        List<Prompt> prompts = List.of(prompt("whole", 97, all), prompt("sampled", 97, sampled(all)));

        Run queued = run(MODELS.get(Precision.FP32), 4, 2, prompts);

        assertThat(queued.results())
                .isEqualTo(run(MODELS.get(Precision.FP32), 1, 2, prompts).results());
        assertThat(queued.stats().steps()).isEqualTo(31);
        assertThat(queued.calls()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"4, false", "8, false", "4, true", "8, true"})
    void numbersThatAreNotFiniteFailTheirPromptWhereASequenceReachesThemAndNobodyElse(
            int stepsPerCall, boolean doSample, @TempDir Path folder) throws Exception {
        int broken = 20;
        random().writeBrokenAt(broken, folder);
        try (LoadedModel model = CompiledModels.load(folder)) {
            // No token twice, so that the fifth can be made the end.
            GenerationOptions options = maxNewTokens(9).with(GenerationOption.REPETITION_PENALTY, 5);
            options = doSample ? sampled(options) : options;
            GenerationOptions five = options.with(GenerationOption.MAX_NEW_TOKENS, 5);
            TokenIds untilBroken = run(model, 1, 1, List.of(prompt("ends", broken - 4, five)))
                    .results()
                    .get(0)
                    .completions()
                    .get(0)
                    .tokenIds();
            assertThat(untilBroken.stream().distinct()).hasSize(5);
            List<Prompt> prompts = List.of(
                    prompt("ends", broken - 4, options.with(GenerationOption.EOS_TOKEN_ID, untilBroken.at(4))),
                    prompt("after the end", 4, options),
                    prompt("fails", broken - 4, options),
                    prompt("after the failure", 5, options),
                    prompt("last", 6, options));
            for (int slots : new int[] {1, 2, 5}) {
                Run queued = run(model, stepsPerCall, slots, prompts);

                assertThat(queued.results())
                        .isEqualTo(run(model, 1, slots, prompts).results())
                        .extracting(PromptResult::status)
                        .containsExactly(
                                PromptResult.Status.OK,
                                PromptResult.Status.OK,
                                PromptResult.Status.FAILED,
                                PromptResult.Status.OK,
                                PromptResult.Status.OK);
                assertThat(queued.results().get(0).completions().get(0).tokenIds())
                        .isEqualTo(untilBroken);
            }
        }
    }

    private record Run(List<PromptResult> results, GenerationStats stats, long calls) {}

    private static Run run(LoadedModel model, int stepsPerCall, int slots, List<Prompt> prompts) {
        return run(model, null, stepsPerCall, slots, prompts);
    }

    private static Run run(LoadedModel model, Tokenizer tokenizer, int stepsPerCall, int slots, List<Prompt> prompts) {
        AtomicLong calls = new AtomicLong();
        List<PromptResult> results = new ArrayList<>();
        try (GenerationEngine engine = new GenerationEngine(
                CompiledModels.withStepsPerCall(model, stepsPerCall),
                tokenizer,
                EngineSettings.defaults().withSlots(slots),
                stats -> calls.incrementAndGet())) {
            engine.generate(prompts.iterator()).forEachRemaining(results::add);
            return new Run(results, engine.stats(), calls.get());
        }
    }

    private static List<FinishReason> finishReasons(Run run) {
        return run.results().stream()
                .flatMap(result -> result.completions().stream())
                .map(Completion::finishReason)
                .collect(Collectors.toList());
    }

    private static RandomCheckpoint random() {
        return new RandomCheckpoint(VOCABULARY, POSITIONS, 64, 2, 2, SEED);
    }

    private static List<Integer> tokens(int below) {
        return new Random(SEED)
                .ints(0, VOCABULARY)
                .limit(below)
                .distinct()
                .boxed()
                .toList();
    }

    private static GenerationOptions maxNewTokens(int tokens) {
        return GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, tokens);
    }

    private static GenerationOptions sampled(GenerationOptions options) {
        return options.with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.TOP_K, 0);
    }

    private static Prompt prompt(String id, int length, GenerationOptions options) {
        int[] ids = new Random(id.hashCode()).ints(length, 0, VOCABULARY).toArray();
        return Prompt.ofTokenIds(id, TokenIds.of(ids), GenerationConfig.resolve(List.of(options)));
    }
}
