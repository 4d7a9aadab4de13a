package io.promptmill.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenLineageEventTest {
    private static final Lineage LINEAGE = TestStories.of(TestStories.KEEPER).lineage();

    @Test
    void anEventHasWhatTheSpecificationRequires() {
        // The lineage has what an earlier run has made.
        OpenLineageEvent start = event(OpenLineageEvent.Type.START, LINEAGE, null);
        assertThat(start.file()).isEqualTo("events/finetune-start.json");
        assertThat(new String(start.json(), StandardCharsets.UTF_8))
                .contains(
                        "\"eventType\" : \"START\"",
                        "\"eventTime\" : \"2026-11-28T15:45:00Z\"",
                        "\"producer\" : \"urn:promptmill:0.1.0\"",
                        "\"schemaURL\" : \"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent\"",
                        "\"namespace\" : \"promptmill\"",
                        "\"name\" : \"finetune\"",
                        "\"name\" : \"prepared/lighthouse-data\"",
                        "\"name\" : \"pretrained/gpt2\"",
                        "\"outputs\" : [ ]");
    }

    @Test
    void allEventsOfARunHaveItsUuid() throws IOException {
        String run = runId(event(OpenLineageEvent.Type.START, Lineage.NONE, null));
        assertThat(run).matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
        assertThat(runId(event(OpenLineageEvent.Type.COMPLETE, LINEAGE, null))).isEqualTo(run);
        assertThat(runId(new OpenLineageEvent(
                        OpenLineageEvent.Type.START,
                        Instant.EPOCH,
                        "another",
                        LineageJob.FINETUNE,
                        Lineage.NONE,
                        "0.1.0",
                        null)))
                .isNotEqualTo(run);
    }

    @Test
    void whatWasMadeHasItsVersionAndDigest() {
        assertThat(new String(
                        event(OpenLineageEvent.Type.COMPLETE, LINEAGE, null).json(), StandardCharsets.UTF_8))
                .contains("\"name\" : \"fine-tuned/lighthouse\"", "\"datasetVersion\" : \"1\"")
                .contains("\"sha256\" : \"" + "dd".repeat(32) + "\"");
    }

    @Test
    void aFailureSaysWhyAndNothingElseDoes() {
        assertThat(new String(
                        event(OpenLineageEvent.Type.FAIL, LINEAGE, "the loss is NaN")
                                .json(),
                        StandardCharsets.UTF_8))
                .contains("\"eventType\" : \"FAIL\"", "\"message\" : \"the loss is NaN\"");
        assertThatThrownBy(() -> event(OpenLineageEvent.Type.FAIL, LINEAGE, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> event(OpenLineageEvent.Type.START, LINEAGE, "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static OpenLineageEvent event(OpenLineageEvent.Type type, Lineage lineage, String error) {
        return new OpenLineageEvent(
                type,
                Instant.parse("2026-11-28T15:45:00Z"),
                "20261128T154500Z-1a2b3c",
                LineageJob.FINETUNE,
                lineage,
                "0.1.0",
                error);
    }

    private static String runId(OpenLineageEvent event) throws IOException {
        return (String) ((Map<?, ?>) Json.read(event.json(), Map.class).get("run")).get("runId");
    }
}
