package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.TokenIds;
import io.promptmill.generation.SettingsRow;
import io.promptmill.model.NetworkProbe.Argument;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What survives the processors, and with which log-probability, through the compiled archive, against transformers. */
class ProcessorsGoldenTest {
    @Test
    void processedLogProbabilitiesAreThoseOfTransformers() throws Exception {
        List<JsonNode> cases = Goldens.lines("processors.jsonl");
        assertThat(cases).hasSize(54);
        try (LoadedModel model = CompiledModels.load(Goldens.path("tiny"));
                NetworkProbe network = new NetworkProbe(model)) {
            for (JsonNode golden : cases) {
                double[] processed = processed(network, golden);
                JsonNode expected = golden.get("logprobs");
                for (int token = 0; token < processed.length; token++) {
                    JsonNode survivor = expected.get(Integer.toString(token));
                    if (survivor == null) {
                        assertThat(processed[token])
                                .as("%s removes token %d", golden.get("params"), token)
                                .isEqualTo(Double.NEGATIVE_INFINITY);
                    } else {
                        assertThat(processed[token])
                                .as("%s token %d", golden.get("params"), token)
                                .isCloseTo(survivor.doubleValue(), within(1e-5));
                    }
                }
            }
        }
    }

    private static double[] processed(NetworkProbe network, JsonNode golden) throws Exception {
        SettingsRow row = new SettingsRow(
                config(golden), Goldens.ids(golden.get("prompt_ids")), Goldens.ids(golden.get("generated_ids")));
        JsonNode logits = golden.get("logits");
        float[] values = new float[logits.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = logits.get(i).floatValue();
        }
        long[] banned = row.banned();
        TokenIds seen = row.tokens();
        return network.call(
                        "processed",
                        Argument.of(values, 1, values.length),
                        Argument.of(row.parameters(), 1, row.parameters().length),
                        Argument.of(banned, 2, banned.length / 2),
                        Argument.of(seen.stream().asLongStream().toArray(), 1, seen.size()))
                .get(0);
    }

    /** Settings as the file has them; what it does not name is off, top_k included. */
    private static GenerationConfig config(JsonNode golden) {
        GenerationOptions options = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.TOP_K, 0)
                .with(GenerationOption.EOS_TOKEN_ID, golden.get("eos_token_id").intValue());
        Map<?, ?> params = new ObjectMapper().convertValue(golden.get("params"), Map.class);
        for (Map.Entry<?, ?> param : params.entrySet()) {
            options =
                    options.with(GenerationOption.ofKey((String) param.getKey()).orElseThrow(), param.getValue());
        }
        return GenerationConfig.resolve(List.of(options));
    }
}
