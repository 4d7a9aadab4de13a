package io.promptmill.jobs.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.spark.rows.ProblemCount;
import io.promptmill.spark.rows.SequenceCounts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cards of generated rows, read by strict readers of YAML and Markdown. */
class DatasetCardTest {
    private static final CardTerms TERMS = new CardTerms("cc0-1.0", "en");
    private static final String COLUMNS = "id BIGINT, generated_text STRING, token_ids ARRAY<INT>";

    @Test
    void theHeaderIsWhatTheHubReads() {
        Map<String, Object> header = card(plan("hdfs:///models/lighthouse/v3", "v3", Map.of(), COLUMNS), manifest(1500))
                .header();
        assertThat(header)
                .containsExactly(
                        entry("language", "en"),
                        entry("license", "cc0-1.0"),
                        entry("pretty_name", "Texts of lighthouse v3"),
                        entry("size_categories", List.of("1K<n<10K")),
                        entry("task_categories", List.of("text-generation")),
                        entry("tags", List.of("synthetic", "promptmill")),
                        entry("configs", List.of(Map.of("config_name", "default", "data_files", "*.parquet"))),
                        entry(
                                "dataset_info",
                                Map.of(
                                        "features",
                                        List.of(
                                                Map.of("name", "id", "dtype", "int64"),
                                                Map.of("name", "generated_text", "dtype", "string"),
                                                Map.of("name", "token_ids", "list", "int32")),
                                        "splits",
                                        List.of(Map.of("name", "train", "num_bytes", 999, "num_examples", 1500)),
                                        "download_size",
                                        999,
                                        "dataset_size",
                                        999)));
    }

    @Test
    void aModelOfTheHubsIsCalledAsItIsThere() {
        RunPlan plan = plan("openai-community/gpt2@c0ffee", "c0ffee", Map.of(), COLUMNS);
        assertThat(card(plan, manifest(1)).header()).containsEntry("pretty_name", "Texts of openai-community/gpt2");
    }

    @Test
    void theBodyTellsWhatMadeTheRowsAndHowPromptsEndedAndNamesNoRowAndNoPlace() {
        Map<String, Object> settings =
                Map.of("seed", 7, "top-p", 0.95, "stop", List.of("\n\n"), "output-prefix", "pm_");
        RunPlan plan = plan("hdfs:///models/lighthouse", null, settings, COLUMNS);
        ReadCard card = card(plan, manifest(5), manifest(8));
        assertThat(card.headings())
                .containsExactly("Texts of lighthouse", "What is in it", "How to load it", "What made it");
        assertThat(card.html()).isEmpty();
        assertThat(card.targets()).isEmpty();
        assertThat(card.text())
                .contains("Rows", "13", "of them ok", "of them rejected", "rejected: prompt_too_long", "of them failed")
                .contains("the model's digest", "the tokenizer's digest", "seed", "top-p", "0.95", "[\"\\n\\n\"]")
                .doesNotContain("the-first-id", "the first error", "hdfs:", "/in/");
        assertThat(card.code().get(0)).contains("row[\"pm_status\"] == \"ok\"");
    }

    @ParameterizedTest
    @CsvSource({"0, n<1K", "999, n<1K", "1000, 1K<n<10K", "999999, 100K<n<1M", "2000000000, 1B<n<10B"})
    void theSizeIsOneOfTheHubs(long rows, String category) {
        assertThat(card(plan("m", null, Map.of(), COLUMNS), manifest(rows)).header())
                .containsEntry("size_categories", List.of(category));
    }

    @Test
    void columnsOfAnyNestedTypeAreFeatures() {
        StructType columns = StructType.fromDDL("a ARRAY<ARRAY<FLOAT>>, s ARRAY<STRUCT<x: STRING, y: ARRAY<DOUBLE>>>,"
                + " t STRUCT<d: DATE, m: DECIMAL(10,2)>, u TIMESTAMP, b BINARY, f BOOLEAN");
        assertThat(header(columns).get("features"))
                .isEqualTo(List.of(
                        Map.of("name", "a", "list", Map.of("list", "float32")),
                        Map.of(
                                "name",
                                "s",
                                "list",
                                List.of(
                                        Map.of("name", "x", "dtype", "string"),
                                        Map.of("name", "y", "list", "float64"))),
                        Map.of(
                                "name",
                                "t",
                                "struct",
                                List.of(
                                        Map.of("name", "d", "dtype", "date32"),
                                        Map.of("name", "m", "dtype", "decimal128(10, 2)"))),
                        Map.of("name", "u", "dtype", "timestamp[us, tz=UTC]"),
                        Map.of("name", "b", "dtype", "binary"),
                        Map.of("name", "f", "dtype", "bool")));
    }

    @Test
    void whereAColumnHasNoFeatureReadersFindTheColumnsOutByThemselves() {
        assertThat(header(StructType.fromDDL("m MAP<STRING, INT>"))).doesNotContainKey("features");
        assertThat(header(new StructType().add("two\nlines", DataTypes.StringType)))
                .doesNotContainKey("features");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a | b", "<script>x</script>", "no", "# [x](https://evil.example)", "---\nlicense: evil"})
    void textsOfStrangersStayTexts(String text) {
        ReadCard card = ReadCard.of(new DatasetCard(
                        plan("/models/" + text.replace("/", ""), null, Map.of("prefix", text), "id STRING"),
                        List.of(manifest(1)),
                        new CardTerms(text, text))
                .markdown()
                .getBytes(StandardCharsets.UTF_8));
        String shown = PlainLine.of(text);
        assertThat(card.header()).containsEntry("license", shown).containsEntry("language", shown);
        assertThat(card.headings()).hasSize(4);
        assertThat(card.html()).isEmpty();
        assertThat(card.targets()).isEmpty();
        assertThat(card.columns())
                .allSatisfy(columns -> assertThat(Set.copyOf(columns)).hasSize(1));
    }

    @Test
    void whatNobodySaysIsUnknown() {
        assertThat(CardTerms.of(Optional.empty(), Optional.of("de"))).isEqualTo(new CardTerms("unknown", "de"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> header(StructType columns) {
        RunPlan plan = plan("m", null, Map.of(), columns);
        return (Map<String, Object>) card(plan, manifest(1)).header().get("dataset_info");
    }

    private static ReadCard card(RunPlan plan, Manifest... manifests) {
        return ReadCard.of(
                new DatasetCard(plan, List.of(manifests), TERMS).markdown().getBytes(StandardCharsets.UTF_8));
    }

    private static RunPlan plan(String model, String version, Map<String, Object> settings, String columns) {
        return plan(model, version, settings, StructType.fromDDL(columns));
    }

    private static RunPlan plan(String model, String version, Map<String, Object> settings, StructType columns) {
        return new RunPlan(
                "",
                0,
                "",
                "0.1",
                model,
                model,
                version,
                "the model's digest",
                "the tokenizer's digest",
                "/in/prompts.parquet",
                List.of(),
                null,
                3,
                1,
                64,
                "AVX2",
                settings,
                columns.json());
    }

    private static Manifest manifest(long rows) {
        List<ProblemCount> problems =
                List.of(new ProblemCount("rejected", "prompt_too_long", 2, "the-first-id", "the first error"));
        return Manifest.of(
                "f",
                List.of(new ChunkReport(
                        0,
                        new WrittenFile("chunk-00000-of-00001.parquet", rows, 999, "abc"),
                        new ChunkCounts(3, 2, 0, 40, problems, SequenceCounts.NONE),
                        GenerationStats.NONE,
                        null,
                        null,
                        List.of())));
    }
}
