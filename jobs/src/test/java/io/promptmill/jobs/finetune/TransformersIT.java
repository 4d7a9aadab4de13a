package io.promptmill.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.TextGenerator;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What finetune writes is a folder of transformers: it loads there, and computes the same. */
@Tag("clients")
class TransformersIT {
    private static final String PREFIX = "<|endoftext|>";
    private static final String PROMPT = "My dream is";
    private static final int NEW_TOKENS = 24;

    @TempDir
    private Path temp;

    @Test
    void transformersLoadsAVersionAndHasItsLossAndItsTokens() throws Exception {
        Path heldOut = blocks("held-out.jsonl", 8, 3);
        FinetuneRuns runs = new FinetuneRuns();
        ExitCode code = runs.finetune(
                "--data=" + blocks("train.jsonl", 24, 0),
                "--eval-data=" + heldOut,
                "--output=" + temp.resolve("models/small"),
                "--per-device-train-batch-size=4",
                "--eval-steps=6",
                "--samples=0",
                "--learning-rate=1e-4");
        assertThat(code).as(runs.err()).isEqualTo(ExitCode.DONE);
        Path version = temp.resolve("models/small/v1");
        JsonNode theirs = transformers(version, heldOut);
        JsonNode ours = new ObjectMapper().readTree(Files.readAllBytes(version.resolve("promptmill.json")));
        assertThat(theirs.get("missing")).isEmpty();
        assertThat(theirs.get("unexpected")).isEmpty();
        assertThat(theirs.get("loss").asDouble())
                .isCloseTo(ours.at("/losses/eval_loss").asDouble(), within(1e-4));
        assertThat(ids(theirs)).hasSizeGreaterThan(5).isEqualTo(greedy(version)); // up to its end token
    }

    /** The same blocks each time: token(row, column) as the golden of 50 steps has it. */
    private Path blocks(String name, int rows, int step) throws Exception {
        List<String> lines = IntStream.range(0, rows)
                .mapToObj(row -> "{\"input_ids\": "
                        + IntStream.range(0, 64)
                                .mapToObj(j -> (step * 31 + row * 17 + (j * j) % 97 + j * 5) % 511)
                                .toList()
                        + "}")
                .toList();
        return Files.write(temp.resolve(name), lines);
    }

    private JsonNode transformers(Path version, Path heldOut) throws Exception {
        Path python = Path.of(System.getProperty("promptmill.clients"), "python/bin/python");
        File told = temp.resolve("told.json").toFile();
        Process process = new ProcessBuilder(
                        python.toString(),
                        "src/test/clients/finetuned.py",
                        version.toString(),
                        heldOut.toString(),
                        PREFIX + PROMPT,
                        String.valueOf(NEW_TOKENS))
                .redirectOutput(told)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();
        return new ObjectMapper().readTree(told);
    }

    private static List<Integer> ids(JsonNode told) {
        return IntStream.range(0, told.get("ids").size())
                .mapToObj(i -> told.get("ids").get(i).asInt())
                .toList();
    }

    private List<Integer> greedy(Path version) {
        Row row = new TextGenerator()
                .setModel(version.toString())
                .setDoSample(false)
                .setPrefix(PREFIX)
                .setMinLength(0)
                .setMaxNewTokens(NEW_TOKENS)
                .transform(TestSpark.session().sql("select '" + PROMPT + "' as prompt"))
                .head();
        Row sequence = row.<Row>getList(row.fieldIndex("sequences")).get(0);
        return sequence.getList(sequence.fieldIndex("token_ids"));
    }
}
