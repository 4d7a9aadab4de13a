package io.promptmill.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.store.Json;
import io.promptmill.spark.rows.SequenceCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans and manifests are read from a folder that anybody may have written to: any bytes give a value or a refusal. */
class RunRecordsTest {
    private static final RunPlan PLAN = TestPlans.plan(2, Map.of("seed", 7, "stop", List.of("x"), "temperature", 0.5));
    private static final byte[] PLAN_BYTES = Json.write(PLAN).getBytes(StandardCharsets.UTF_8);
    private static final byte[] MANIFEST_BYTES = Json.write(new Manifest(
                    "f",
                    3,
                    0,
                    0,
                    List.of(),
                    SequenceCounts.NONE,
                    3,
                    9,
                    Map.of("driver", 1L),
                    Map.of("driver", "AVX2"),
                    new GenerationStats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
                    List.of(new Manifest.Chunk(0, "chunk-00000-of-00002.parquet", 3, 3, 9, 4, "abc"))))
            .getBytes(StandardCharsets.UTF_8);

    @Test
    void aPlanComesBackAsItWasWritten() throws IOException {
        RunPlan read = RunPlan.parse(PLAN_BYTES);
        assertThat(read).isEqualTo(PLAN);
        assertThat(Json.write(read)).isEqualTo(Json.write(PLAN));
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < PLAN_BYTES.length; length++) {
            byte[] cut = Arrays.copyOf(PLAN_BYTES, length);
            assertThatThrownBy(() -> RunPlan.parse(cut)).isInstanceOf(IOException.class);
        }
        for (int length = 0; length < MANIFEST_BYTES.length; length++) {
            byte[] cut = Arrays.copyOf(MANIFEST_BYTES, length);
            assertThatThrownBy(() -> Manifest.parse(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void everyFlippedBitIsRefusedOrChangesNothingThatTheFingerprintHolds() {
        for (int i = 0; i < PLAN_BYTES.length * Byte.SIZE; i++) {
            byte[] flipped = flip(PLAN_BYTES, i);
            try {
                assertThat(RunPlan.parse(flipped).fingerprintFields()).isEqualTo(PLAN.fingerprintFields());
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("\tat ");
            }
        }
    }

    @Test
    void everyFlippedBitOfAManifestGivesAValueOrARefusal() {
        for (int i = 0; i < MANIFEST_BYTES.length * Byte.SIZE; i++) {
            try {
                assertThat(Manifest.parse(flip(MANIFEST_BYTES, i)).chunks()).isNotNull();
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "7",
                "\"x\"",
                "{\"chunks\": null}",
                "{\"chunks\": 1e400}",
                "{\"chunks\": 99999999999999999999}",
                "{\"chunks\": [null]}",
                "{\"chunks\": 2, \"chunks\": 2}",
                "{\"chunks\": 2, \"settings\": [], \"inputFiles\": {}}",
                "{\"settings\": {\"a\": null}}",
                "{\"fingerprint\": {\"a\": {}}}",
                "\u0000",
                "\ufeff{}",
            })
    void strangeJsonIsRefused(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> RunPlan.parse(bytes)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Manifest.parse(bytes)).isInstanceOf(IOException.class);
    }

    @Test
    void deepAndLongJsonIsRefusedWithinBounds() {
        for (String json : List.of(
                "[".repeat(1_000_000),
                "{\"a\":".repeat(1_000_000),
                "{\"chunks\": " + "9".repeat(1_000_000) + "}",
                "{\"settings\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}")) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> RunPlan.parse(bytes)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Manifest.parse(bytes)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPlanWhoseSchemaIsNoneOrWhoseNumberOfChunksIsImpossibleIsRefused() {
        String plan = new String(PLAN_BYTES, StandardCharsets.UTF_8);
        for (String changed : List.of(
                plan.replace("string\\\"", "nothing\\\""),
                plan.replaceFirst("\"outputSchema\" : \".*\"", "\"outputSchema\" : \"\\\\\"long\\\\\"\""),
                plan.replace("\"chunks\" : 2", "\"chunks\" : 0"),
                plan.replace("\"chunks\" : 2", "\"chunks\" : 100001"))) {
            assertThat(changed).isNotEqualTo(plan);
            assertThatThrownBy(() -> RunPlan.parse(changed.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
        }
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return flipped;
    }
}
