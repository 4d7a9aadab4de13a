package io.promptmill.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.testing.BreakingFileSystem;
import io.promptmill.jobs.testing.BreakingFileSystem.Event;
import io.promptmill.jobs.testing.BreakingFileSystem.Point;
import io.promptmill.jobs.testing.SmallDisk;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestHubCache;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.JsonLines;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStatus;
import io.promptmill.jobs.training.RunTarget;
import io.promptmill.pipeline.TextGenerationPipeline;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs of {@code finetune} over a small model and a few texts. */
class FinetuneJobIT {
    private static byte[] undisturbed;

    @TempDir
    private Path temp;

    private final FinetuneRuns runs = new FinetuneRuns();
    private Path model;

    @BeforeAll
    static void trainUndisturbed(@TempDir Path shared) throws Exception {
        Path data = Files.write(shared.resolve("data.jsonl"), texts(60, 1));
        Path parent = SmallModel.in(shared.resolve("parent")).folder();
        assertThat(new FinetuneRuns().finetune(options(data, shared.resolve("out"), parent)))
                .isEqualTo(ExitCode.DONE);
        undisturbed = Files.readAllBytes(shared.resolve("out/v1").resolve(RunTarget.WEIGHTS));
    }

    @BeforeEach
    void writeModel() throws IOException {
        model = SmallModel.in(temp.resolve("parent")).folder();
        BreakingFileSystem.registerTo(TestSpark.session().sparkContext().hadoopConfiguration());
    }

    @AfterEach
    void mend() {
        BreakingFileSystem.at(null);
    }

    @Test
    void theVersionIsAModelThatGeneratesAndTheRunIsWrittenDown() throws Exception {
        Path held = jsonLines("held.jsonl", texts(10, 9));
        assertThat(finetune("--eval-data=" + held, "--num-train-epochs=2", "--learning-rate=1e-2", "--samples=5"))
                .isEqualTo(ExitCode.DONE);
        Path version = temp.resolve("out/v1");
        try (Checkpoint checkpoint = Checkpoint.open(version)) {
            assertThat(checkpoint.shape().vocabulary()).isEqualTo(SmallModel.VOCABULARY);
        }
        try (TextGenerationPipeline pipeline = TextGenerationPipeline.of(version.toString())) {
            assertThat(pipeline.generate("the sea", Map.of("max_length", 12)).get(0))
                    .startsWith("the sea");
        }
        assertThat(version.resolve("promptmill.json")).exists();
        assertThat(version.resolve("config.json")).content().contains("\"prefix\" : \"<|endoftext|>\"");
        RunRecord run = run(0);
        List<Double> evaluated =
                JsonLines.read(Files.readAllBytes(runFolder(0).resolve(RunFolder.METRICS)), Metric.class).stream()
                        .map(Metric::evalLoss)
                        .filter(Objects::nonNull)
                        .toList();
        assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(run.model()).isEqualTo("out");
        assertThat(run.result().version()).isEqualTo("v1");
        assertThat(run.losses().evalLoss())
                .isEqualTo(evaluated.get(evaluated.size() - 1))
                .isLessThan(evaluated.get(0));
        assertThat(run.losses().perplexity()).isEqualTo(Math.exp(run.losses().evalLoss()));
        assertThat(run.data().blockSize()).isEqualTo(64);
        assertThat(run.data().posts()).isEqualTo(60);
        assertThat(run.data().heldOutPosts()).isEqualTo(10);
        assertThat(run.totals().epochs()).isEqualTo(2);
        assertThat(run.parameters()).containsEntry("learning-rate", 1e-2).containsEntry("seed", 42);
        assertThat(runFolder(0).resolve("lineage.json")).content().contains("fine-tuned");
        assertThat(runFolder(0).resolve("samples.jsonl")).content().contains("My dream is");
        assertThat(runFolder(0).resolve(RunTarget.WEIGHTS))
                .as("they are the version's")
                .doesNotExist();
        assertThat(runs.out()).contains("v1");
        assertThat(temp.resolve("out/_promptmill/tmp")).doesNotExist();
    }

    @Test
    void asManyPartitionsAndFilesAsThereMayBeTheWeightsAreTheSame() throws Exception {
        List<String> lines = texts(60, 1);
        Path folder = Files.createDirectory(temp.resolve("several"));
        Files.writeString(folder.resolve("a.jsonl"), String.join("\n", lines.subList(0, 7)));
        Files.writeString(folder.resolve("b.jsonl"), String.join("\n", lines.subList(7, 60)) + "\n");
        assertThat(runs.finetune(options(folder, "out"))).isEqualTo(ExitCode.DONE);
        assertThat(weights("out/v1")).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @CsvSource({
        "CREATED, state.safetensors",
        "NAMED, trainer.json",
        "CREATED, model.safetensors",
        "NAMED, v1/config.json",
        "THERE, v1/model.safetensors",
        "NAMED, v1/promptmill.json"
    })
    void aRunThatEndedAtAnyPointIsResumedToTheSameWeights(Event event, String file) throws Exception {
        Path data = jsonLines("data.jsonl", texts(60, 1));
        BreakingFileSystem.at(new Point(event, file));
        List<String> options = new ArrayList<>(options(data, "out"));
        options.set(1, "--output=" + BreakingFileSystem.SCHEME + ":" + temp.resolve("out"));
        assertThat(catchThrowable(() -> runs.finetune(options))).isInstanceOf(RunFailedException.class);
        assertThat(BreakingFileSystem.hasBroken()).isTrue();
        assertThat(runs.finetune(options, "--resume")).as(runs.err()).isEqualTo(ExitCode.DONE);
        assertThat(runs.err()).contains("goes on");
        assertThat(runFolders()).hasSize(1);
        assertThat(weights(run(0).result().location())).isEqualTo(undisturbed);
    }

    @Test
    void aResumeWithOtherSettingsStartsAnewAndSaysWhy() throws Exception {
        Path data = jsonLines("data.jsonl", texts(60, 1));
        BreakingFileSystem.at(new Point(Event.CREATED, "model.safetensors"));
        List<String> options = new ArrayList<>(options(data, "out"));
        options.set(1, "--output=" + BreakingFileSystem.SCHEME + ":" + temp.resolve("out"));
        assertThat(catchThrowable(() -> runs.finetune(options))).isInstanceOf(RunFailedException.class);
        assertThat(runs.finetune(options, "--resume", "--seed=43")).isEqualTo(ExitCode.DONE);
        assertThat(runs.err()).contains("is another one, so a new one starts: seed was 42 and is now 43");
        assertThat(runFolders()).hasSize(2);
    }

    @Test
    void aRunWhoseSparkIsStoppedBeforeItHasTidiedUpTellsWhatIsLeft() throws Exception {
        List<String> options = List.of(
                "--data=" + jsonLines("data.jsonl", texts(60, 1)),
                "--output=" + BreakingFileSystem.SCHEME + ":" + temp.resolve("out"),
                "--model=" + model,
                "--save-steps=2",
                "--samples=0");
        SparkSession spark = TestSpark.session(); // a task, which is to stop it, could not ask for it
        CountDownLatch stopped = new CountDownLatch(1);
        BreakingFileSystem.at(new Point(Event.THERE, "step-4/trainer.json"), () -> {
            spark.stop();
            stopped.countDown();
        });
        RunFailedException failure = catchThrowableOfType(RunFailedException.class, () -> runs.finetune(options));
        assertThat(Failures.explain(failure))
                .contains("SparkContext was shut down", run(0).id() + " holds the checkpoint of step 4, ");
        assertThat(run(0).status()).isEqualTo(RunStatus.FAILED);
        assertThat(temp.resolve("out/_promptmill")).isEmptyDirectory();
        assertThat(stopped.await(1, TimeUnit.MINUTES))
                .as("before that no other Spark can start")
                .isTrue();
    }

    @Test
    void aResumeStaysWithTheVersionThatItsRunBeganWith() throws Exception {
        Path data = jsonLines("data.jsonl", texts(60, 1));
        Path parents = temp.resolve("parents");
        assertThat(runs.finetune(options(data, "parents"))).isEqualTo(ExitCode.DONE);
        List<String> options = new ArrayList<>(options(data, "out"));
        options.set(1, "--output=" + BreakingFileSystem.SCHEME + ":" + temp.resolve("out"));
        BreakingFileSystem.at(new Point(Event.CREATED, "model.safetensors"));
        assertThat(catchThrowable(() -> runs.finetune(options, "--model=" + parents + "@latest")))
                .isInstanceOf(RunFailedException.class);
        assertThat(runs.finetune(options(data, "parents"), "--seed=43")).isEqualTo(ExitCode.DONE);
        assertThat(runs.finetune(options, "--model=" + parents + "@latest", "--resume"))
                .as(runs.err())
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.err()).contains("goes on");
        assertThat(runFolders()).hasSize(1);
        assertThat(run(0).parent().version()).isEqualTo("v1");
    }

    @Test
    void aModelOfTheHubIsTrainedByItsNameAndTheVersionTellsItsCommit() throws Exception {
        String commit = "c3".repeat(20);
        new TestHubCache("tests/finetune").with(commit, model);
        assertThat(finetune("--model=tests/finetune", "--max-steps=1")).isEqualTo(ExitCode.DONE);
        assertThat(run(0).parent().location()).isEqualTo("tests/finetune@" + commit);
        assertThat(run(0).parent().version()).isEqualTo(commit);
        PlannedRun plan = PlannedRun.parse(Files.readAllBytes(runFolder(0).resolve(PlannedRun.FILE)));
        assertThat(plan.modelAsked()).isEqualTo("tests/finetune");
        assertThat(plan.fields()).containsEntry("model", "tests/finetune@" + commit);
        assertThat(temp.resolve("out/v1/README.md")).content().contains("base_model: \"tests/finetune\"\n");
    }

    @Test
    void rowsThatCannotBeUsedAreCountedAndTold() throws Exception {
        List<String> lines = new ArrayList<>(texts(60, 1));
        lines.add(3, "{\"text\": null}");
        lines.add(4, "{\"text\": \"  \"}");
        lines.add(5, "{\"text\": \"\\ud800\"}");
        lines.add(6, "{\"text\": \"the sea \u00ff\"}"); // that byte alone is no UTF-8
        Path data = temp.resolve("data.jsonl");
        Files.write(data, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(runs.finetune(options(data, "out"))).isEqualTo(ExitCode.DONE);
        assertThat(runs.err()).contains("4 rows of --data cannot be used, the first is data.jsonl#3: the text is null");
        assertThat(run(0).data().posts()).isEqualTo(60);
    }

    @Test
    void aModelFromScratchHasTheSizesTheTokensAndTheTypeThatWereAskedFor() throws Exception {
        assertThat(finetune(
                        "--from-scratch",
                        "--n-layer=1",
                        "--n-head=2",
                        "--n-embd=16",
                        "--n-positions=32",
                        "--add-special-tokens=<|user|>,<|bot|>",
                        "--torch-dtype=bfloat16",
                        "--max-steps=2"))
                .as(runs.err())
                .isEqualTo(ExitCode.DONE);
        Path version = temp.resolve("out/v1");
        assertThat(Files.readString(version.resolve("config.json")))
                .contains("\"n_layer\" : 1", "\"n_head\" : 2", "\"n_embd\" : 16", "\"n_positions\" : 32")
                .contains("\"vocab_size\" : 302", "\"torch_dtype\" : \"bfloat16\"");
        try (Checkpoint checkpoint = Checkpoint.open(version)) {
            assertThat(checkpoint.warnings()).isEmpty();
            assertThat(checkpoint.tensorNames())
                    .allSatisfy(name ->
                            assertThat(checkpoint.tensor(name).dataType()).isEqualTo(DataType.BF16));
            assertThat(checkpoint.tensor("wte.weight").shape()).containsExactly(302L, 16L);
            try (Tokenizer tokenizer =
                    new Tokenizer(TokenizerDefinition.read(version).orElseThrow())) {
                assertThat(tokenizer.encode("<|user|>the sea<|bot|>").toArray())
                        .startsWith(300)
                        .endsWith(301);
            }
        }
        try (TextGenerationPipeline pipeline = TextGenerationPipeline.of(version.toString())) {
            assertThat(pipeline.generate("<|user|>the sea", Map.of("max_length", 12)))
                    .hasSize(1);
        }
        RunRecord run = run(0);
        assertThat(run.parent()).isNull();
        assertThat(run.data().blockSize()).as("its positions").isEqualTo(32);
        assertThat(run.parameters())
                .containsEntry("from-scratch", true)
                .containsEntry("add-special-tokens", "<|user|>,<|bot|>")
                .containsEntry("torch-dtype", "bfloat16");
        assertThat(Lineage.parse(Files.readAllBytes(runFolder(0).resolve(Lineage.FILE)))
                        .artifacts())
                .extracting(Artifact::label)
                .containsExactly("data.jsonl:v1", "out:v1");
        assertThat(Files.readString(version.resolve("README.md")))
                .contains("The model was trained from scratch.")
                .doesNotContain("base_model");
    }

    @Test
    void aDiskThatFillsUpLeavesNoHalfVersionAndAResumeWithRoomEndsWithTheSameWeights() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4 << 20)) {
            Path output = disk.folder().resolve("out");
            List<String> options = options(jsonLines("data.jsonl", texts(60, 1)), output, model);
            disk.leave(0);
            RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> runs.finetune(options));
            assertThat(refusal)
                    .hasMessageContaining("output_unusable: ")
                    .hasMessageContaining("No space left on device");
            assertThat(refusal.exitCode()).isEqualTo(ExitCode.OUTPUT_REFUSED);
            // Room for the plan and not for a checkpoint of 440 kB, then for that and not for the version.
            for (long free : new long[] {128 << 10, 700 << 10}) {
                disk.leave(free);
                RunFailedException failure =
                        catchThrowableOfType(RunFailedException.class, () -> runs.finetune(options, "--resume"));
                assertThat(Failures.explain(failure)).contains("No space left on device", "/out/runs/", " holds ");
                assertThat(output.resolve("v1/promptmill.json")).doesNotExist();
                assertThat(output.resolve("_promptmill/tmp")).doesNotExist();
            }
            disk.empty();
            assertThat(runs.finetune(options, "--resume")).as(runs.err()).isEqualTo(ExitCode.DONE);
            assertThat(runs.err()).contains("goes on");
            try (var folders = Files.list(output.resolve("runs"))) {
                assertThat(folders).hasSize(1);
            }
            try (var versions = Files.newDirectoryStream(output, "v*")) {
                List<Path> published = new ArrayList<>();
                versions.forEach(published::add);
                published.removeIf(version -> !Files.exists(version.resolve("promptmill.json")));
                assertThat(published).hasSize(1);
                assertThat(Files.readAllBytes(published.get(0).resolve(RunTarget.WEIGHTS)))
                        .isEqualTo(undisturbed);
            }
        }
    }

    @Test
    void aTextOfTenMegabytesIsTrainedOn() throws Exception {
        Path data = temp.resolve("long.jsonl");
        String word = "the sea gives ";
        Files.writeString(data, "{\"text\": \"" + word.repeat(10_000_000 / word.length()) + "\"}\n");
        // The tokenizer of the sample model has longer tokens.
        assertThat(runs.finetune(
                        "--data=" + data,
                        "--output=" + temp.resolve("out"),
                        "--from-scratch",
                        "--n-layer=1",
                        "--n-head=1",
                        "--n-embd=8",
                        "--n-positions=32",
                        "--max-steps=1",
                        "--samples=0",
                        "--threads=1"))
                .isEqualTo(ExitCode.DONE);
        assertThat(run(0).data().tokens()).isGreaterThan(1_000_000);
    }

    @Test
    void whatLearnedFromTokenIdsPutsNothingInFrontOfPrompts() throws Exception {
        Path blocks = jsonLines("blocks.jsonl", List.of("{\"input_ids\": [1, 2, 3]}"));
        assertThat(runs.finetune(options(blocks, "out"), "--max-steps=1")).isEqualTo(ExitCode.DONE);
        assertThat(temp.resolve("out/v1/config.json"))
                .content()
                .contains("max_length")
                .doesNotContain("prefix");
    }

    @Test
    void blocksOfTokenIdsThatAreNoneAreRefusedWithTheirRow() throws Exception {
        assertRefused(
                ExitCode.INPUT_REFUSED,
                "--data has 1 row without a block, the first is data.jsonl#1: input_ids holds null at index 1",
                options(
                        jsonLines("data.jsonl", List.of("{\"input_ids\": [1, 2]}", "{\"input_ids\": [1, null]}")),
                        "out"));
        assertRefused(
                ExitCode.INPUT_REFUSED,
                "data.jsonl#0: the token id 300 is not one of the model's, 0 to 299",
                options(jsonLines("data.jsonl", List.of("{\"input_ids\": [1, 300]}")), "out"));
        assertRefused(
                ExitCode.INPUT_REFUSED,
                "blocks_ragged: --data has blocks of 3 tokens and others, the first is data.jsonl#1 with 3",
                options(
                        jsonLines("data.jsonl", List.of("{\"input_ids\": [1, 2]}", "{\"input_ids\": [1, 2, 3]}")),
                        "out"));
    }

    @Test
    void whatCannotBeTrainedOnIsRefusedBeforeAnythingIsWritten() throws Exception {
        Path data = jsonLines("data.jsonl", texts(60, 1));
        Path few = jsonLines("few.jsonl", List.of("{\"text\": \"the sea\"}"));
        Path empty = jsonLines("empty.jsonl", List.of("{\"text\": \"\"}"));
        Path other = jsonLines("other.jsonl", List.of("{\"words\": \"the sea\"}"));
        assertRefused(ExitCode.INPUT_REFUSED, "data_too_short: ", options(few, "out"));
        assertRefused(ExitCode.INPUT_REFUSED, "columns_missing: ", options(other, "out"));
        assertRefused(ExitCode.INPUT_REFUSED, "held_out_empty: ", options(data, "out"), "--eval-data=" + empty);
        assertRefused(ExitCode.WRONG_USAGE, "held_out_missing: ", options(data, "out"), "--load-best-model-at-end");
        assertRefused(ExitCode.WRONG_USAGE, "block_size_unusable: ", options(data, "out"), "--block-size=65");
        assertRefused(ExitCode.WRONG_USAGE, "precision_not_on_device: --bf16", options(data, "out"), "--bf16");
        assertRefused(ExitCode.OUTPUT_REFUSED, "output_is_model: ", options(data, "parent"));
    }

    @Test
    void aCheckpointOfAnotherFamilyIsRefusedByName() throws Exception {
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"gpt2\"", "\"llama\""));
        assertRefused(ExitCode.MODEL_REFUSED, "llama", options(jsonLines("data.jsonl", texts(60, 1)), "out"));
    }

    @Test
    void aDivergingTrainingTellsWhatToDoAndWhatIsLeft() throws Exception {
        Throwable failure = catchThrowable(() -> finetune(
                "--learning-rate=1", "--max-grad-norm=0", "--max-steps=300", "--save-steps=1", "--logging-steps=1"));
        assertThat(failure).isInstanceOf(RunFailedException.class);
        assertThat(Failures.explain(failure))
                .startsWith("failed: TrainingFailedException: loss_")
                .contains("lower --learning-rate")
                .contains(" holds the checkpoint of step ");
        assertThat(run(0).status()).isEqualTo(RunStatus.FAILED);
        assertThat(temp.resolve("out/v1/promptmill.json")).doesNotExist();
    }

    private void assertRefused(ExitCode code, String message, List<String> options, String... more) throws IOException {
        RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> runs.finetune(options, more));
        assertThat(refusal).hasMessageContaining(message);
        assertThat(refusal.exitCode()).isEqualTo(code);
        assertThat(temp.resolve("out")).doesNotExist();
    }

    private ExitCode finetune(String... more) throws Exception {
        return runs.finetune(options(jsonLines("data.jsonl", texts(60, 1)), "out"), more);
    }

    private List<String> options(Path data, String output) {
        return options(data, temp.resolve(output), model);
    }

    private static List<String> options(Path data, Path output, Path model) {
        return List.of("--data=" + data, "--output=" + output, "--model=" + model, "--threads=1", "--samples=0");
    }

    private Path jsonLines(String name, List<String> lines) throws IOException {
        return Files.writeString(temp.resolve(name), String.join("\n", lines) + "\n");
    }

    /** Texts of a few words, as JSON lines. */
    static List<String> texts(int count, int seed) {
        List<String> words = Arrays.asList("the", "sea", "gives", "and", "takes", "light", "a", "boat");
        List<String> lines = new ArrayList<>();
        int state = seed;
        for (int text = 0; text < count; text++) {
            StringBuilder line = new StringBuilder();
            for (int word = 0; word < 9; word++) {
                state = state * 1_103_515_245 + 12_345;
                line.append(word == 0 ? "" : " ").append(words.get((state >>> 16) % words.size()));
            }
            lines.add("{\"text\": \"" + line + "\"}");
        }
        return lines;
    }

    private RunRecord run(int number) throws IOException {
        return RunRecord.parse(Files.readAllBytes(runFolder(number).resolve(RunFolder.RUN)));
    }

    private Path runFolder(int number) throws IOException {
        return runFolders().get(number);
    }

    private List<Path> runFolders() throws IOException {
        try (var folders = Files.list(temp.resolve("out/runs"))) {
            return folders.sorted().toList();
        }
    }

    private byte[] weights(String version) throws IOException {
        Path folder = Path.of(version.replaceFirst("^[a-z]+:", ""));
        return Files.readAllBytes(temp.resolve(folder).resolve(RunTarget.WEIGHTS));
    }
}
