package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.Goldens;
import io.promptmill.TokenIds;
import io.promptmill.generation.StepBatch;
import java.util.Collections;
import java.util.Map;
import java.util.stream.IntStream;
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
        try (LoadedModel model = CompiledModels.load(Goldens.path(container))) {
            for (JsonNode prompt : Goldens.lines("tiny/generate.jsonl")) {
                TokenIds ids = Goldens.ids(prompt.get("prompt_ids"));
                float[] golden = expected.get(prompt.get("prompt").textValue());
                assertThat(golden).hasSize(ids.size() * VOCABULARY);
                double[] logits = logitsAtEachPosition(model, ids);
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
    private static double[] logitsAtEachPosition(LoadedModel model, TokenIds ids) {
        int rows = ids.size();
        long[] each = LongStream.range(0, rows).toArray();
        try (TensorSlotCache cache = (TensorSlotCache) model.newSlotCache(rows, rows)) {
            cache.prefill(IntStream.range(0, rows).toArray(), 0, Collections.nCopies(rows, ids), rows);
            return cache.logits(StepBatch.of(ids.stream().asLongStream().toArray(), each));
        }
    }
}
