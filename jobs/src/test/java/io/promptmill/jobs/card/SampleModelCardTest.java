package io.promptmill.jobs.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.Prompt;
import io.promptmill.jobs.drawing.StrictXml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The card of the model in the jar, which {@code finetune} has written. */
class SampleModelCardTest {
    @Test
    void itStandsAloneAndTellsItsRun() throws IOException {
        ReadCard card = ReadCard.of(file("README.md"));
        assertThat(card.headings())
                .containsExactly(
                        "Fortunes & The Devil's Dictionary",
                        "How does it work?",
                        "Training data",
                        "Training procedure",
                        "How to use",
                        "Intended use",
                        "Limitations and bias",
                        "About");
        assertThat(card.html()).isEmpty();
        assertThat(card.columns()).allSatisfy(rows -> assertThat(rows).containsOnly(rows.get(0)));
        assertThat(card.targets()).contains("run.json", "report.html", "counts.md", "model.safetensors");
        for (String target : card.targets()) {
            assertThat(file(target)).as(target).isNotEmpty();
            if (target.endsWith(".svg")) {
                StrictXml.parse(new String(file(target), StandardCharsets.UTF_8));
            }
        }
        assertThat(file((String) card.header().get("thumbnail"))).isNotEmpty();

        JsonNode run = new ObjectMapper().readTree(file("run.json"));
        assertThat(card.header()).containsKey("model-index").containsEntry("library_name", "transformers");
        assertThat(card.header().toString())
                .contains("value=" + run.path("losses").path("eval_loss").doubleValue())
                .contains("value=" + run.path("losses").path("perplexity").doubleValue());
        assertThat(card.header().get("widget")).isEqualTo(List.of(Map.of("text", "My dream is")));
        assertThat(card.text())
                .contains("AI CYBORG", "My dream is", "Do not impersonate.")
                .contains(run.path("result").path("digest").textValue())
                .contains(run.path("data").path("digest").textValue());
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream in = Prompt.class.getResourceAsStream("sample-model/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }
}
