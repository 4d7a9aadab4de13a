package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.TokenIds;
import io.promptmill.generation.SettingsRow;
import io.promptmill.model.NetworkProbe.Argument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Draws through the compiled archive against the distribution that the goldens hold the processors to: chi-square over
 * 100,000 draws for each setting and shape of distribution, fewer over a vocabulary as large as GPT-2's.
 */
class SamplingDistributionTest {
    private static final int DRAWS = 100_000;
    private static final int ROWS = 2000;
    private static final int GPT2_VOCABULARY = 50_257;
    private static final int GPT2_DRAWS = 10_000;
    private static final int GPT2_ROWS = 10; // more do not fit the processor's cache
    private static final long SEED = 20_251;
    /** Where less than 10 are expected, more than these have a chance below 1e-6 (Poisson). */
    private static final long MOST_RARE = 28;

    private static final TokenIds PROMPT = TokenIds.of(3, 17, 3, 42, 99, 150);

    private static LoadedModel model;
    private static NetworkProbe network;

    @BeforeAll
    static void load() throws Exception {
        model = CompiledModels.load(Goldens.path("tiny"));
        network = new NetworkProbe(model);
    }

    @AfterAll
    static void close() {
        network.close();
        model.close();
    }

    static Stream<Arguments> settings() {
        List<GenerationOptions> settings = List.of(
                options(),
                options(GenerationOption.TEMPERATURE, 0.6),
                options(GenerationOption.TEMPERATURE, 1.8),
                options(GenerationOption.TOP_K, 50),
                options(GenerationOption.TOP_K, 5),
                options(GenerationOption.TOP_K, 130),
                options(GenerationOption.TOP_P, 0.95),
                options(GenerationOption.TOP_P, 0.3),
                options(GenerationOption.MIN_P, 0.1),
                options(GenerationOption.TYPICAL_P, 0.8),
                options(GenerationOption.TOP_P, 0.8).with(GenerationOption.MIN_P, 0.02),
                options(GenerationOption.TOP_K, 50).with(GenerationOption.TOP_P, 0.9),
                options(GenerationOption.TOP_K, 20)
                        .with(GenerationOption.TYPICAL_P, 0.9)
                        .with(GenerationOption.TEMPERATURE, 0.8),
                options(GenerationOption.REPETITION_PENALTY, 1.4).with(GenerationOption.TOP_P, 0.9),
                options(GenerationOption.NO_REPEAT_NGRAM_SIZE, 1).with(GenerationOption.TOP_K, 50));
        return settings.stream()
                .flatMap(options -> Stream.of("flat", "peaked", "tied").map(shape -> Arguments.of(shape, options)));
    }

    @ParameterizedTest(name = "{0} {1}, seed " + SEED)
    @MethodSource("settings")
    void drawsFollowTheProcessedDistribution(String shape, GenerationOptions options) throws Exception {
        assertDrawsFollowTheProcessedDistribution(logits(shape, 200), options, DRAWS, ROWS);
    }

    static Stream<GenerationOptions> settingsOfALargeVocabulary() {
        return Stream.of(
                options(),
                options(GenerationOption.TOP_P, 0.95).with(GenerationOption.REPETITION_PENALTY, 1.3),
                options(GenerationOption.TOP_K, 50).with(GenerationOption.TEMPERATURE, 0.8));
    }

    @ParameterizedTest(name = "{0}, seed " + SEED)
    @MethodSource("settingsOfALargeVocabulary")
    void drawsFollowTheProcessedDistributionOfALargeVocabulary(GenerationOptions options) throws Exception {
        assertDrawsFollowTheProcessedDistribution(logits("peaked", GPT2_VOCABULARY), options, GPT2_DRAWS, GPT2_ROWS);
    }

    private static void assertDrawsFollowTheProcessedDistribution(
            float[] logits, GenerationOptions options, int draws, int rows) throws Exception {
        GenerationConfig config = GenerationConfig.resolve(List.of(options));
        double[] expected = expected(logits, config);
        long[] observed = draws(logits, config, draws / rows, rows);
        List<Double> expectedBins = new ArrayList<>();
        List<Long> observedBins = new ArrayList<>();
        double rareExpected = 0;
        long rareObserved = 0;
        for (int token = 0; token < expected.length; token++) {
            if (expected[token] == 0) {
                assertThat(observed[token])
                        .as("removed token %d is never drawn", token)
                        .isZero();
            } else if (expected[token] * draws >= 10) {
                expectedBins.add(expected[token]);
                observedBins.add(observed[token]);
            } else {
                rareExpected += expected[token];
                rareObserved += observed[token];
            }
            // Rare tokens share a bin with those of the next ids.
            if (rareExpected * draws >= 10) {
                expectedBins.add(rareExpected);
                observedBins.add(rareObserved);
                rareExpected = 0;
                rareObserved = 0;
            }
        }
        if (expectedBins.size() == 1) {
            // Chi-square compares bins with one another; of a single one only what falls beside it tells anything.
            assertThat(rareObserved)
                    .as("draws of tokens of which %s are expected, %s, seed %d", rareExpected * draws, options, SEED)
                    .isBetween(0L, MOST_RARE);
            assertThat(expectedBins.get(0)).isCloseTo(1 - rareExpected, within(1e-6));
            return;
        }
        double probability = new ChiSquareTest()
                .chiSquareTest(
                        expectedBins.stream().mapToDouble(Double::doubleValue).toArray(),
                        observedBins.stream().mapToLong(Long::longValue).toArray());
        assertThat(probability)
                .as("chance of these counts under the distribution, %s, seed %d", options, SEED)
                .isGreaterThan(1e-5);
    }

    private static double[] expected(float[] logits, GenerationConfig config) throws Exception {
        SettingsRow row = new SettingsRow(config, PROMPT, TokenIds.of());
        double[] logprobs = network.call(
                        "processed",
                        Argument.of(logits, 1, logits.length),
                        Argument.of(row.parameters(), 1, row.parameters().length),
                        Argument.of(row.banned(), 2, row.banned().length / 2),
                        Argument.of(row.tokens().stream().asLongStream().toArray(), 1, PROMPT.size()))
                .get(0);
        return Arrays.stream(logprobs).map(Math::exp).toArray();
    }

    private static long[] draws(float[] logits, GenerationConfig config, int calls, int rows) throws Exception {
        SettingsRow row = new SettingsRow(config, PROMPT, TokenIds.of());
        float[] allLogits = new float[rows * logits.length];
        double[] allParameters = new double[rows * row.parameters().length];
        long[] allSeen = new long[rows * PROMPT.size()];
        long[] own = row.banned();
        long[] banned = new long[own.length * rows];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(logits, 0, allLogits, i * logits.length, logits.length);
            System.arraycopy(row.parameters(), 0, allParameters, i * row.parameters().length, row.parameters().length);
            for (int j = 0; j < PROMPT.size(); j++) {
                allSeen[i * PROMPT.size() + j] = PROMPT.at(j);
            }
            for (int j = 0; j < own.length / 2; j++) {
                banned[i * own.length / 2 + j] = i;
                banned[banned.length / 2 + i * own.length / 2 + j] = own[own.length / 2 + j];
            }
        }
        long[] counts = new long[logits.length];
        for (int call = 0; call < calls; call++) {
            double[] chosen = network.call(
                            "next_tokens",
                            Argument.of(allLogits, rows, logits.length),
                            Argument.of(allParameters, rows, row.parameters().length),
                            Argument.of(allParameters, rows, row.parameters().length),
                            Argument.of(SettingsRow.uniforms(SEED, rows, call), rows, 5),
                            Argument.of(banned, 2, banned.length / 2),
                            Argument.of(new long[] {0}, 1),
                            Argument.of(allSeen, rows, PROMPT.size()))
                    .get(0);
            for (int i = 0; i < rows; i++) {
                counts[(int) chosen[3 * i]]++;
            }
        }
        return counts;
    }

    private static float[] logits(String shape, int vocabulary) {
        Random random = new Random(SEED);
        float[] logits = new float[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            logits[token] = switch (shape) {
                case "flat" -> (float) (0.2 * random.nextGaussian());
                case "peaked" -> (float) (4 * random.nextGaussian());
                default -> random.nextInt(3);
            };
        }
        return logits;
    }

    /** Sampling with the given setting; top_k is off unless given. */
    private static GenerationOptions options(Object... setting) {
        GenerationOptions options =
                GenerationOptions.none().with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.TOP_K, 0);
        return setting.length == 0 ? options : options.with((GenerationOption) setting[0], setting[1]);
    }
}
