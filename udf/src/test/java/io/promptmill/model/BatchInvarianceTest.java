package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.RandomCheckpoint;
import io.promptmill.TokenIds;
import io.promptmill.compile.Precision;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same prompt gives the same bits whatever is computed beside it: ids and log-probabilities alone in one slot against
 * 2, 8 and 64 slots full of others. The model is as wide as GPT-2, since kernels are chosen by width; with several layers
 * {@code SparkInvarianceIT} does the same.
 */
class BatchInvarianceTest {
    private static final int VOCABULARY = 1500;
    private static final int NEW_TOKENS = 8;
    private static final long SEED = 7;

    /** Both sides of 8, 16, 64, 192, 512 and 768 computed prompt tokens, the last of a prompt being left to its step. */
    private static final int[] LENGTHS = {1, 8, 9, 10, 16, 17, 18, 64, 65, 66, 192, 193, 194, 512, 513, 514, 769, 770};

    private static final int LONGEST = LENGTHS[LENGTHS.length - 1];
    private static final Map<String, GenerationOptions> MODES = modes();

    private static final Map<Precision, LoadedModel> MODELS = new EnumMap<>(Precision.class);
    private static final Map<Precision, Map<String, PromptResult>> ALONE = new EnumMap<>(Precision.class);

    private static List<Prompt> prompts;

    @BeforeAll
    static void generateEachPromptAlone(@TempDir Path folder) throws Exception {
        new RandomCheckpoint(VOCABULARY, 1024, 768, 1, 12, SEED).write(folder);
        prompts = prompts();
        for (Precision precision : Precision.values()) {
            LoadedModel model = CompiledModels.load(folder, precision);
            MODELS.put(precision, model);
            Map<String, PromptResult> alone = new HashMap<>();
            for (Prompt prompt : prompts(precision)) {
                alone.putAll(run(model, List.of(prompt), 1).results());
            }
            ALONE.put(precision, alone);
        }
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(LoadedModel::close);
    }

    @ParameterizedTest(name = "{0}, {1} slots, {2} prompts, shuffled with seed {3}")
    @CsvSource({
        "FP32,1,30,1",
        "FP32,2,24,2",
        "FP32,2,20,3",
        "FP32,8,40,4",
        "FP32,8,20,5",
        "FP32,64,72,6",
        "BF16,1,20,8",
        "BF16,2,20,9",
        "BF16,8,30,10",
        "BF16,64,36,11",
        "INT8,1,20,12",
        "INT8,2,20,13",
        "INT8,8,30,14",
        "INT8,64,36,15"
    })
    void resultsAreBitForBitThoseOfThePromptAlone(Precision precision, int slots, int count, long seed) {
        LoadedModel model = MODELS.get(precision);
        Random random = new Random(seed);
        List<Prompt> some = prompts(precision);
        Collections.shuffle(some, random);
        some = some.subList(0, count);
        List<Prompt> shuffled = new ArrayList<>(some);
        for (int i = 0; i < 2 * Math.max(slots, 8); i++) {
            shuffled.add(mate("mate " + i, random));
        }
        Collections.shuffle(shuffled, random);
        // A beam search that needs more slots would make them for all that follows.
        Predicate<Prompt> apart = prompt -> prompt.config().numBeams() > slots;
        Map<String, PromptResult> results = new HashMap<>();
        results.putAll(resultsOf(model, shuffled.stream().filter(apart).toList(), slots));
        results.putAll(resultsOf(model, shuffled.stream().filter(apart.negate()).toList(), slots));
        for (Prompt prompt : some) {
            assertThat(results.get(prompt.id()))
                    .as("%s %s among others in %d slots, seed %d", precision, prompt.id(), slots, seed)
                    .isEqualTo(ALONE.get(precision).get(prompt.id()));
        }
    }

    /** Twenty sequences sit in three places, beside other prompts or alone. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aPromptOfManySequencesHasTheSameOnesInAnyNumberOfSlots(Precision precision) {
        LoadedModel model = MODELS.get(precision);
        Prompt many = prompt("many", 70, sampled().with(GenerationOption.NUM_RETURN_SEQUENCES, 20));
        Random random = new Random(SEED);
        List<Prompt> beside = new ArrayList<>(List.of(many));
        for (int i = 0; i < 12; i++) {
            beside.add(i % 2 * beside.size(), mate("mate " + i, random));
        }

        PromptResult alone = run(model, List.of(many), 1).results().get("many");

        assertThat(alone.completions()).hasSize(20);
        assertThat(run(model, List.of(many), 64).results()).containsEntry("many", alone);
        for (int slots : new int[] {5, 8, 32}) {
            assertThat(run(model, beside, slots).results().get("many"))
                    .as("%s in %d slots, beside others", precision, slots)
                    .isEqualTo(alone);
        }
    }

    /** Results of prompts computed side by side; hardly a slot is without a neighbour. */
    private static Map<String, PromptResult> resultsOf(LoadedModel model, List<Prompt> some, int slots) {
        if (some.isEmpty()) {
            return Map.of();
        }
        Run run = run(model, some, slots);
        assertThat(run.stats().slotUse())
                .as("share of the slots that were live")
                .isGreaterThan(0.8);
        return run.results();
    }

    private record Run(Map<String, PromptResult> results, GenerationStats stats) {}

    private static Run run(LoadedModel model, List<Prompt> some, int slots) {
        EngineSettings settings = new EngineSettings(slots, SEED, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION);
        Map<String, PromptResult> results = new HashMap<>();
        try (GenerationEngine engine = new GenerationEngine(model, null, settings)) {
            engine.generate(some.iterator()).forEachRemaining(result -> {
                assertThat(result.status()).as(result.promptId()).isEqualTo(PromptResult.Status.OK);
                results.put(result.promptId(), result);
            });
            return new Run(results, engine.stats());
        }
    }

    /** In fp32 every length in every mode; in the others every length in two modes, its neighbours in the other two. */
    private static List<Prompt> prompts(Precision precision) {
        List<Prompt> some = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int length = i / MODES.size();
            if (precision == Precision.FP32 || (length + i) % 2 == 0) {
                some.add(prompts.get(i));
            }
        }
        return some;
    }

    private static List<Prompt> prompts() {
        List<Prompt> prompts = new ArrayList<>();
        for (int length : LENGTHS) {
            MODES.forEach((name, options) -> prompts.add(prompt(name + " " + length, length, options)));
        }
        return prompts;
    }

    /** Somebody to be computed with: of any mode and length, short ones more often. */
    private static Prompt mate(String id, Random random) {
        List<GenerationOptions> modes = List.copyOf(MODES.values());
        GenerationOptions mode = modes.get(random.nextInt(modes.size()));
        int length = 1 + random.nextInt(1 + random.nextInt(1 + random.nextInt(LONGEST)));
        return prompt(id, length, mode.with(GenerationOption.MAX_NEW_TOKENS, 1 + random.nextInt(2 * NEW_TOKENS)));
    }

    private static Map<String, GenerationOptions> modes() {
        GenerationOptions greedy = GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, NEW_TOKENS);
        // In a fixed order: the seeds of the shuffles mean nothing otherwise.
        return new TreeMap<>(Map.of(
                "greedy",
                greedy,
                "sampled",
                sampled().with(GenerationOption.NUM_RETURN_SEQUENCES, 2),
                "penalties",
                sampled()
                        .with(GenerationOption.REPETITION_PENALTY, 1.3)
                        .with(GenerationOption.NO_REPEAT_NGRAM_SIZE, 2)
                        .with(GenerationOption.TOP_K, 40)
                        .with(GenerationOption.TEMPERATURE, 0.9),
                "beams",
                greedy.with(GenerationOption.NUM_BEAMS, 4)
                        .with(GenerationOption.NUM_RETURN_SEQUENCES, 2)
                        .with(GenerationOption.EOS_TOKEN_ID, 3)));
    }

    private static GenerationOptions sampled() {
        return GenerationOptions.none()
                .with(GenerationOption.MAX_NEW_TOKENS, NEW_TOKENS)
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.TOP_K, 0)
                .with(GenerationOption.TOP_P, 0.9);
    }

    private static Prompt prompt(String id, int length, GenerationOptions options) {
        Random random = new Random(id.hashCode());
        int[] ids = random.ints(length, 0, VOCABULARY).toArray();
        return Prompt.ofTokenIds(id, TokenIds.of(ids), GenerationConfig.resolve(List.of(options)));
    }
}
