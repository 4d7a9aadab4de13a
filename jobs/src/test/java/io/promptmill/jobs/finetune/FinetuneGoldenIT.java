package io.promptmill.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.tracking.JsonLines;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.spark.TextGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command trains as torch does: 50 steps of AdamW, their losses and gradient norms made by PyPI's torch, and what
 * transformers computes with the model that comes of them.
 */
class FinetuneGoldenIT {
    private static final Path GOLDENS = Path.of("../udf/src/test/resources/io/promptmill/goldens");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 50;
    private static final int ROWS = 4;
    private static final int LENGTH = 32;

    @TempDir
    private Path temp;

    @Test
    void fiftyStepsGiveTheLossesAndNormsOfTorchAndTheModelThatTransformersComputes() throws Exception {
        JsonNode golden = golden("train-50-steps.json");
        FinetuneRuns runs = new FinetuneRuns();
        ExitCode code = runs.finetune(
                "--data=" + blocks("train.parquet", 0, STEPS),
                "--eval-data=" + blocks("held-out.parquet", STEPS, STEPS + 4),
                "--eval-steps=" + STEPS,
                "--output=" + temp.resolve("tiny"),
                "--model=" + GOLDENS.resolve("tiny"),
                "--shuffle=false",
                "--dropout=0",
                "--learning-rate=1e-3",
                "--warmup-steps=5",
                "--weight-decay=0.1",
                "--per-device-train-batch-size=4",
                "--logging-steps=1",
                "--threads=1");
        assertThat(code).as(runs.err()).isEqualTo(ExitCode.DONE);
        List<Metric> metrics = metrics(temp.resolve("tiny"));
        assertThat(metrics).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
            assertThat(metrics.get(step).loss())
                    .as("loss of step " + step)
                    .isCloseTo(golden.get("loss").get(step).asDouble(), within(1e-4));
            assertThat(metrics.get(step).gradNorm())
                    .as("norm of step " + step)
                    .isCloseTo(golden.get("grad_norm_before_clip").get(step).asDouble(), within(1e-4));
        }
        assertThat(metrics.get(0).learningRate()).isZero();
        assertThat(metrics.get(5).learningRate()).isEqualTo(1e-3);
        assertIsTheModelOfTransformers(temp.resolve("tiny/v1"), golden("trained-50-steps.json"));
    }

    private static void assertIsTheModelOfTransformers(Path version, JsonNode golden) throws Exception {
        JsonNode published = JSON.readTree(Files.readAllBytes(version.resolve(ModelVersion.FILE)));
        assertThat(published.at("/losses/eval_loss").asDouble())
                .isCloseTo(golden.get("loss").asDouble(), within(1e-4));
        List<Row> prompts = new ArrayList<>();
        for (JsonNode greedy : golden.get("greedy")) {
            prompts.add(RowFactory.create(prompts.size(), ids(greedy.get("prompt"))));
        }
        // With the settings of the folder, apart from those that make it random.
        List<Row> generated = new TextGenerator()
                .setModel(version.toString())
                .setDoSample(false)
                .setMinLength(0)
                .setMaxNewTokens(16)
                .generate(TestSpark.session()
                        .createDataFrame(
                                prompts,
                                new StructType()
                                        .add("id", DataTypes.IntegerType)
                                        .add("prompt_token_ids", DataTypes.createArrayType(DataTypes.IntegerType))))
                .orderBy("id")
                .collectAsList();
        assertThat(generated).hasSize(4);
        for (int row = 0; row < generated.size(); row++) {
            Row sequence = generated.get(row).<Row>getList(2).get(0);
            assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids")))
                    .as("greedy continuation of prompt " + row)
                    .containsExactly(ids(golden.get("greedy").get(row).get("ids")));
        }
    }

    private static Integer[] ids(JsonNode array) {
        return JSON.convertValue(array, Integer[].class);
    }

    private static JsonNode golden(String file) throws Exception {
        return JSON.readTree(Files.readAllBytes(GOLDENS.resolve(file)));
    }

    private Path blocks(String name, int first, int end) {
        List<Row> rows = new ArrayList<>();
        for (int step = first; step < end; step++) {
            for (int row = 0; row < ROWS; row++) {
                int s = step;
                int r = row;
                rows.add(RowFactory.create((Object) IntStream.range(0, LENGTH)
                        .mapToObj(j -> (s * 31 + r * 17 + (j * j) % 97 + j * 5) % 511)
                        .toArray(Integer[]::new)));
            }
        }
        Path data = temp.resolve(name);
        TestSpark.session()
                .createDataFrame(
                        rows, new StructType().add("input_ids", DataTypes.createArrayType(DataTypes.IntegerType)))
                .coalesce(1)
                .write()
                .parquet(data.toString());
        return data;
    }

    private static List<Metric> metrics(Path output) throws Exception {
        try (var runs = Files.list(output.resolve("runs"))) {
            return JsonLines.read(
                    Files.readAllBytes(runs.findFirst().orElseThrow().resolve(RunFolder.METRICS)), Metric.class);
        }
    }
}
