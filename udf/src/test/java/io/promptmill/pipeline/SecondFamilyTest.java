package io.promptmill.pipeline;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.RandomCheckpoint;
import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.family.Dropout;
import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.ModelFamilies;
import io.promptmill.family.TensorTable;
import io.promptmill.family.rmsgpt.RmsGptByHand;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.model.CompiledModels;
import io.promptmill.model.LoadedModel;
import io.promptmill.model.NetworkMeter;
import io.promptmill.model.PrecisionLoss;
import io.promptmill.training.AdamW;
import io.promptmill.training.TokenBlocks;
import io.promptmill.training.TrainingModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A family needs a configuration, names of tensors and a layer's text, and nothing else: the made-up one of {@code
 * io.promptmill.family.rmsgpt} is found as a service and generates like GPT-2. Its heads share keys and values, which
 * GPT-2's do not.
 */
class SecondFamilyTest {
    /**
     * As many tokens as the sample model's tokenizer has. Widths of a head and of the MLP are no multiples of what the cache is
     * aligned to and of what a processor computes at once.
     */
    private static final String CONFIG =
            "{\"model_type\":\"rms_gpt\",\"vocab_size\":4096,\"max_position_embeddings\":64,"
                    + "\"hidden_size\":48,\"num_hidden_layers\":2,\"num_attention_heads\":6,\"num_key_value_heads\":2,"
                    + "\"head_dim\":20,\"intermediate_size\":97,\"rms_norm_eps\":1e-5,\"bos_token_id\":0,\"eos_token_id\":0}";

    private static final long SEED = 7;

    private static Path folder;
    private static RmsGptByHand byHand;
    private static LoadedModel model;
    private static LoadedModel int8;

    @BeforeAll
    static void load(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Path sample = Goldens.resource("/io/promptmill/sample-model");
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(sample.resolve(file), folder.resolve(file));
        }
        RandomCheckpoint.writeWeights(folder, shapes(), SecondFamilyTest::mean, SEED);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.warnings()).isEmpty();
            byHand = new RmsGptByHand(checkpoint);
            model = CompiledModels.load(checkpoint, Precision.FP32);
            int8 = CompiledModels.load(checkpoint, Precision.INT8);
        }
    }

    @AfterAll
    static void close() {
        model.close();
        int8.close();
    }

    /** Those of the family's table, as the weights of a whole model are named; the head is that of the embeddings. */
    private static Map<String, long[]> shapes() throws Exception {
        TensorTable table = ModelFamilies.installed()
                .read(CheckpointFiles.parse(CONFIG, "config.json"), null, new ArrayList<>())
                .tensors();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (ExpectedTensor tensor : table.tensors()) {
            if (!tensor.name().equals(table.head())) {
                shapes.put(
                        table.body() + tensor.name(),
                        tensor.shape().stream().mapToLong(Long::longValue).toArray());
            }
        }
        return shapes;
    }

    /** Wide enough for texts that do not repeat one token. */
    private static double mean(String name) {
        return name.equals("body.norm.weight") ? 4 : name.contains("norm") ? 1 : 0;
    }

    @Test
    void logitsAreThoseOfTheNetworkComputedByHand() {
        TokenIds text = ids(1, 40);
        double[][] expected = byHand.logits(text);
        try (NetworkMeter meter = new NetworkMeter(model)) {
            List<double[]> found = meter.logits(text);
            for (int position = 0; position < expected.length; position++) {
                assertThat(found.get(position))
                        .as("position %d", position)
                        .containsExactly(expected[position], within(1e-4));
            }
        }
    }

    @Test
    void greedySampledAndBeamSequencesHaveTheLogProbabilitiesOfTheNetworkComputedByHand() {
        List<PromptResult> results = run(model, 8);

        assertThat(results).hasSize(prompts().size());
        for (int i = 0; i < results.size(); i++) {
            Prompt prompt = prompts().get(i);
            assertThat(results.get(i).completions())
                    .as(prompt.id())
                    .hasSize(prompt.config().numReturnSequences());
            for (Completion completion : results.get(i).completions()) {
                requireLikeByHand(prompt, completion);
            }
        }
    }

    private static void requireLikeByHand(Prompt prompt, Completion completion) {
        List<Integer> text = new ArrayList<>(prompt.tokenIds().stream().boxed().toList());
        text.addAll(completion.tokenIds().stream().boxed().toList());
        double[][] logits = byHand.logits(
                TokenIds.of(text.stream().mapToInt(Integer::intValue).toArray()));
        int first = prompt.tokenIds().size() - 1;
        for (int i = 0; i < completion.tokenIds().size(); i++) {
            double[] here = logits[first + i];
            double largest = Arrays.stream(here).max().orElseThrow();
            double normaliser = largest
                    + Math.log(Arrays.stream(here)
                            .map(logit -> Math.exp(logit - largest))
                            .sum());
            int token = completion.tokenIds().at(i);
            assertThat((double) completion.tokenLogprobs().get(i))
                    .as("%s, token %d", prompt.id(), i)
                    .isCloseTo(here[token] - normaliser, within(1e-4));
            if (!prompt.config().doSample() && prompt.config().numBeams() == 1) {
                assertThat(here[token]).isCloseTo(largest, within(1e-4));
            }
        }
    }

    @Test
    void rowsAreTheSameWhateverTheyAreComputedBesideInEachPrecision() throws Exception {
        assertThat(run(model, 3)).isEqualTo(run(model, 64));
        assertThat(run(int8, 3)).isEqualTo(run(int8, 64));
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                LoadedModel bf16 = CompiledModels.load(checkpoint, Precision.BF16)) {
            assertThat(run(bf16, 3)).isEqualTo(run(bf16, 64));
        }
    }

    @Test
    void int8LosesLittle() {
        PrecisionLoss loss = PrecisionLoss.measure(model, int8, ids(2, 64));

        assertThat(loss.meanKlNats()).isBetween(1e-6, 0.01);
        assertThat(loss.top1Agreement()).isGreaterThan(0.9);
    }

    @Test
    void itLearnsFromTheLossOfTheNetworkComputedByHand(@TempDir Path temporary) throws Exception {
        TokenIds text = ids(3, 24);
        Path archive = temporary.resolve("training.pt");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            ModelCompiler.compileForTraining(checkpoint, Dropout.NONE, Precision.FP32, archive);
        }
        double[][] logits = byHand.logits(text);
        double expected = 0;
        for (int i = 0; i + 1 < text.size(); i++) {
            double total = Arrays.stream(logits[i]).map(Math::exp).sum();
            expected += (Math.log(total) - logits[i][text.at(i + 1)]) / (text.size() - 1);
        }
        try (TrainingModel training = TrainingModel.load(archive, "cpu", 1)) {
            assertThat((double) training.accumulate(TokenBlocks.of(text), 1)).isCloseTo(expected, within(1e-4));
            training.update(AdamW.DEFAULTS, 1e-3);
            assertThat(training.loss(TokenBlocks.of(text))).isLessThan(expected - 0.1);
        }
    }

    @Test
    void thePipelineGeneratesWithIt() throws Exception {
        try (TextGenerationPipeline pipeline = TextGenerationPipeline.of(folder.toString())) {
            Map<String, Object> greedy = Map.of("do_sample", false, "max_new_tokens", 12);

            assertThat(pipeline.generate("My dream is", greedy))
                    .isEqualTo(pipeline.generate("My dream is", greedy))
                    .singleElement(as(STRING))
                    .startsWith("My dream is")
                    .hasSizeGreaterThan(20);
            assertThat(pipeline.generate(
                            "My dream is", Map.of("max_new_tokens", 12, "top_p", 0.9, "num_return_sequences", 3)))
                    .hasSize(3)
                    .doesNotHaveDuplicates();
            assertThat(pipeline.generate(
                            "My dream is",
                            Map.of(
                                    "max_new_tokens",
                                    12,
                                    "do_sample",
                                    false,
                                    "num_beams",
                                    4,
                                    "num_return_sequences",
                                    2)))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    /** Several sequences of a prompt share its keys and values; 11 of them need a second place for it. */
    private static List<Prompt> prompts() {
        GenerationOptions greedy = GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 10);
        GenerationOptions sampled =
                greedy.with(GenerationOption.DO_SAMPLE, true).with(GenerationOption.TOP_P, 0.9);
        GenerationOptions beams = greedy.with(GenerationOption.NUM_BEAMS, 4);
        return List.of(
                prompt("greedy", 9, greedy),
                prompt("sampled", 14, sampled),
                prompt("eleven sampled", 20, sampled.with(GenerationOption.NUM_RETURN_SEQUENCES, 11)),
                prompt("beams", 7, beams.with(GenerationOption.NUM_RETURN_SEQUENCES, 3)),
                prompt("greedy, long", 50, greedy));
    }

    private static Prompt prompt(String id, int length, GenerationOptions options) {
        return Prompt.ofTokenIds(id, ids(id.hashCode(), length), GenerationConfig.resolve(List.of(options)));
    }

    private static TokenIds ids(int seed, int length) {
        return TokenIds.of(new Random(seed).ints(length, 1, 4096).toArray());
    }

    private static List<PromptResult> run(LoadedModel model, int slots) {
        List<PromptResult> results = new ArrayList<>();
        try (GenerationEngine engine =
                new GenerationEngine(model, null, EngineSettings.defaults().withSlots(slots))) {
            engine.generate(prompts().iterator()).forEachRemaining(results::add);
        }
        return results;
    }
}
