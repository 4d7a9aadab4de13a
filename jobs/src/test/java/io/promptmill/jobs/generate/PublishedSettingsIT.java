package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings and tokens as published models and other engines' users have them, through the whole job: ids of transformers. */
class PublishedSettingsIT {
    private static final String ALL_TOKENS = IntStream.range(0, SmallModel.VOCABULARY)
            .mapToObj(id -> "[" + id + "]")
            .collect(Collectors.joining(",", "[", "]"));

    private final SparkSession spark = TestSpark.session();
    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    @Test
    void aRowIsItsOwnFaultAndItsNeighboursHaveTheIdsOfTransformers() throws Exception {
        String banned = "\"eos_token_id\": -1, \"bad_words_ids\": " + ALL_TOKENS;
        Map<String, String> greedy = new TreeMap<>(Map.of(
                "greedy in other engines", "{\"temperature\": 0}",
                "greedy in transformers", "{\"temperature\": 0.0, \"do_sample\": false}",
                "short name", "{\"temperature\": 0, \"max_tokens\": 8, \"n\": 1}",
                "off",
                        "{\"temperature\": 0, \"top_k\": -1, \"min_length\": -1, \"repetition_penalty\": 1, \"top_p\": 1}",
                "no end", "{\"temperature\": 0, \"eos_token_id\": -1, \"min_new_tokens\": 3}",
                "foreign ends", "{\"temperature\": 0, \"eos_token_id\": [50256, -1, 300], \"min_new_tokens\": 3}"));
        Map<String, String> rejected = Map.of(
                "cold sampling", "{\"temperature\": 0, \"do_sample\": true}",
                "two names", "{\"max_tokens\": 8, \"max_new_tokens\": 8}",
                "bad words", "{\"bad_words_ids\": [[300]]}",
                "banned, greedy", "{\"temperature\": 0, " + banned + "}",
                "banned, nucleus", "{\"top_p\": 0.9, " + banned + "}",
                "banned, top-k", "{\"top_k\": 5, " + banned + "}",
                "banned, typical", "{\"typical_p\": 0.5, \"min_p\": 0.1, " + banned + "}",
                "banned, beams", "{\"do_sample\": false, \"num_beams\": 3, " + banned + "}");
        List<Row> input = new ArrayList<>();
        greedy.forEach((id, settings) -> input.add(RowFactory.create(id, SmallModel.HELLO, settings)));
        rejected.forEach((id, settings) -> input.add(RowFactory.create(id, SmallModel.HELLO, settings)));
        input.add(RowFactory.create("pad", "the sea [PAD] gives", null));
        input.add(RowFactory.create("sea", SmallModel.SEA, "{\"temperature\": 0}"));
        Path model = SmallModel.in(temp.resolve("model"))
                .withPadBeyondTheEmbeddings()
                .folder();

        ExitCode code = generate(
                input,
                "id STRING, prompt STRING, sampling_params STRING",
                model,
                "--do-sample",
                "--temperature=0.7",
                "--max-new-tokens=8");

        assertThat(code).isEqualTo(ExitCode.DONE);
        Map<String, Row> rows = rows();
        greedy.keySet().forEach(id -> assertThat(ids(rows.get(id))).as(id).isEqualTo(SmallModel.AFTER_HELLO));
        assertThat(ids(rows.get("sea"))).isEqualTo(SmallModel.AFTER_SEA);
        rejected.keySet()
                .forEach(id ->
                        assertThat(rows.get(id).<String>getAs("status")).as(id).isEqualTo("rejected"));
        rejected.keySet().stream()
                .filter(id -> id.startsWith("banned"))
                .forEach(id ->
                        assertThat(rows.get(id).<String>getAs("error")).as(id).startsWith("every_token_banned: "));
        assertThat(rows.get("pad").<String>getAs("error"))
                .isEqualTo("bad_token_ids: the tokenized prompt holds 300, the model's token ids are 0 to 299, use"
                        + " tokens that this model has embeddings for");
        assertThat(runs.err())
                .contains("warning: the tokenizer has ids up to 300 and the model has embeddings for 0 to 299; a prompt"
                        + " with a token beyond them is rejected");
    }

    @Test
    void tokensThatTheModelDoesNotHaveEndNothing() throws Exception {
        Path model = SmallModel.in(temp.resolve("model"))
                .withConfig("{\"bos_token_id\": 50256, \"eos_token_id\": 50256}")
                .withGenerationConfig("{\"bos_token_id\": 300, \"eos_token_id\": [300, -1], \"top_k\": -1,"
                        + " \"temperature\": 0.0, \"do_sample\": false, \"min_length\": -1}")
                .folder();

        assertThat(generate(prompts(), "id STRING, prompt STRING", model, "--max-new-tokens=8"))
                .isEqualTo(ExitCode.DONE);

        Map<String, Row> rows = rows();
        assertThat(ids(rows.get("a"))).isEqualTo(SmallModel.AFTER_HELLO);
        assertThat(ids(rows.get("b"))).isEqualTo(SmallModel.AFTER_SEA);
        assertThat(rows.get("empty").<String>getAs("error")).startsWith("empty_prompt: ");
        assertThat(runs.err())
                .contains(
                        "warning: generation_config.json: bos_token_id is 300, but the model's token ids are 0 to 299;")
                .contains(
                        "warning: the model's settings: eos_token_id names 300, -1, but the model's token ids are 0 to"
                                + " 299; what it never generates ends no sequence");
    }

    @Test
    void whatTheCommandLineOverridesIsNeverChecked() throws Exception {
        Path model = SmallModel.in(temp.resolve("model"))
                .withGenerationConfig(
                        "{\"eos_token_id\": 0, \"temperature\": 0, \"do_sample\": true, \"num_beams\": 1000,"
                                + " \"top_p\": 7, \"repetition_penalty\": -1, \"max_length\": -1, \"bad_words_ids\": [[300]]}")
                .folder();

        assertThat(generate(
                        prompts(),
                        "id STRING, prompt STRING",
                        model,
                        "--do-sample=false",
                        "--num-beams=1",
                        "--repetition-penalty=1",
                        "--max-new-tokens=8",
                        "--bad-words-ids=[]",
                        "--eos-token-id=300"))
                .isEqualTo(ExitCode.DONE);

        assertThat(ids(rows().get("a"))).isEqualTo(SmallModel.AFTER_HELLO);
        assertThat(runs.err())
                .contains("warning: --eos-token-id: eos_token_id names 300, but the model's token ids are 0 to 299;");
    }

    @Test
    void tokenIdsNeedNoTokenizerThatCanBeUsed() throws Exception {
        Path model = SmallModel.in(temp.resolve("model")).withWordPiece().folder();
        List<Row> input = List.of(
                RowFactory.create("a", SmallModel.IDS.toArray()),
                RowFactory.create("high", new Object[] {100, 300}),
                RowFactory.create("negative", new Object[] {-1}));

        assertThat(generate(
                        input,
                        "id STRING, prompt_token_ids ARRAY<INT>",
                        model,
                        "--max-new-tokens=8",
                        "--eos-token-id=-1"))
                .isEqualTo(ExitCode.DONE);

        Map<String, Row> rows = rows();
        assertThat(ids(rows.get("a"))).isEqualTo(SmallModel.AFTER_IDS);
        assertThat(rows.get("a").<String>getAs("generated_text")).isNull();
        assertThat(rows.get("high").<String>getAs("error"))
                .startsWith("bad_token_ids: prompt_token_ids holds 300, the model's token ids are 0 to 299, ");
        assertThat(rows.get("negative").<String>getAs("error"))
                .startsWith("bad_token_ids: prompt_token_ids holds -1, the model's token ids are 0 to 299, ");
        assertThat(runs.err())
                .containsOnlyOnce("promptmill: warning: the tokenizer of " + model
                        + " cannot be used and generated_text stays null: " + model
                        + " has vocab.txt and no tokenizer.json, that is a tokenizer of WordPiece, and only byte-level"
                        + " BPE is supported")
                .doesNotContain("eos_token_id");
    }

    private static List<Row> prompts() {
        return List.of(
                RowFactory.create("a", SmallModel.HELLO),
                RowFactory.create("b", SmallModel.SEA),
                RowFactory.create("empty", ""));
    }

    private ExitCode generate(List<Row> rows, String schema, Path model, String... options) throws Exception {
        String input = temp.resolve("in").toString();
        spark.createDataFrame(rows, StructType.fromDDL(schema))
                .coalesce(1)
                .write()
                .parquet(input);
        List<String> all = new ArrayList<>(List.of("--model=" + model, "--chunks=1"));
        all.addAll(List.of(options));
        return runs.generate(input, temp.resolve("out"), all.toArray(String[]::new));
    }

    private Map<String, Row> rows() {
        return spark.read().parquet(temp.resolve("out").toString()).collectAsList().stream()
                .collect(Collectors.toMap(row -> row.getAs("id"), row -> row));
    }

    private static List<Integer> ids(Row row) {
        assertThat(row.<String>getAs("error")).isNull();
        return row.getList(row.fieldIndex("token_ids"));
    }
}
