package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.Goldens;
import io.promptmill.TokenIds;
import io.promptmill.model.NetworkProbe.Argument;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logits of every container, through the compiled archive, against transformers. */
class LogitsGoldenTest {
    private static final int VOCABULARY = 512;

    @ParameterizedTest
    @CsvSource({
        "tiny,tiny",
        "tiny/sharded,tiny",
        "tiny/bin-zip,tiny",
        "tiny/bin-legacy,tiny",
        "tiny/fp16,tiny/fp16",
        "tiny/bf16,tiny/bf16"
    })
    void logitsOfEveryContainerAreThoseOfTransformers(String container, String goldens) throws Exception {
        Map<String, float[]> expected = Goldens.floats(goldens + "/logits.safetensors");
        try (LoadedModel model = CompiledModels.load(Goldens.path(container));
                NetworkProbe network = new NetworkProbe(model);
                NDManager manager = NDManager.newBaseManager()) {
            for (JsonNode prompt : Goldens.lines("tiny/generate.jsonl")) {
                TokenIds ids = Goldens.ids(prompt.get("prompt_ids"));
                float[] golden = expected.get(prompt.get("prompt").textValue());
                assertThat(golden).hasSize(ids.size() * VOCABULARY);
                double[] logits = logitsAtEachPosition(network, manager, ids);
                for (int i = 0; i < golden.length; i++) {
                    assertThat(logits[i])
                            .as(
                                    "%s %s position %d token %d",
                                    container, prompt.get("prompt"), i / VOCABULARY, i % VOCABULARY)
                            .isCloseTo(golden[i], within(1e-4));
                }
            }
        }
    }

    /** Every position in a row of its own: all rows are prefilled alike, row i then steps at position i. */
    private static double[] logitsAtEachPosition(NetworkProbe network, NDManager manager, TokenIds ids)
            throws Exception {
        int rows = ids.size();
        int padded = (rows + 15) / 16 * 16;
        try (NDArray keys = manager.zeros(new Shape(3, 2, rows, 4, 32, 12));
                NDArray values = manager.zeros(new Shape(3, 2, rows, 4, 12, 32));
                NDArray history = manager.zeros(new Shape(rows, 64), ai.djl.ndarray.types.DataType.INT64)) {
            long[] tokens = new long[rows * padded];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = ids.at(Math.min(i % padded, rows - 1));
            }
            long[] each = LongStream.range(0, rows).toArray();
            network.call(
                    "prefill",
                    Argument.of(tokens, rows, padded),
                    Argument.of(each, rows),
                    Argument.of(new long[] {0}, 1),
                    m -> keys,
                    m -> values);
            List<double[]> logits = network.call(
                    "step_logits",
                    Argument.of(ids.stream().asLongStream().toArray(), rows),
                    Argument.of(each, rows),
                    Argument.of(new long[] {2}, 1),
                    m -> keys,
                    m -> values,
                    m -> history);
            return logits.get(0);
        }
    }
}
