package io.promptmill.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.spark.TextGenerator;
import io.promptmill.spark.shipping.ModelKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions in queries of all kinds, with the sample model. */
@Tag("spark")
class SqlFunctionsTest {
    private static final String SHORT = "named_struct('max_new_tokens', 3)";
    private static final String TEXTS = "SELECT id, generate_text(prompt, " + SHORT + ") AS t FROM prompts";

    private final SqlSession spark = SqlSession.only();

    @Test
    void theTextsAreThoseOfTheEngineForTheSameIdSettingsAndSeed() {
        Dataset<Row> prompts = spark.session().table("prompts").filter("prompt IS NOT NULL");
        List<Row> expected = new TextGenerator()
                .setIdCol("id")
                .setDoSample(true)
                .setTopP(0.9)
                .setSeed(7)
                .setMaxNewTokens(5)
                .setNumReturnSequences(2)
                .setLogprobs(true)
                .transform(prompts)
                .selectExpr("id", "sequences")
                .orderBy("id")
                .collectAsList();
        String settings = "'id', id, 'do_sample', true, 'top_p', 0.9, 'seed', 7, 'max_new_tokens', 5";

        assertThat(spark.rows("SELECT id, generate_sequences(prompt, named_struct(" + settings
                        + ", 'num_return_sequences', 2, 'logprobs', true)) AS sequences FROM prompts WHERE prompt IS NOT NULL"
                        + " ORDER BY id"))
                .isEqualTo(expected);
        List<Row> texts = spark.rows("SELECT id, generate_text(prompt, named_struct(" + settings
                + ")) FROM prompts WHERE prompt IS NOT NULL ORDER BY id");
        for (int i = 0; i < texts.size(); i++) {
            Row first = expected.get(i).<Row>getList(1).get(0);
            assertThat(texts.get(i).getString(1)).isEqualTo(first.getAs("generated_text"));
        }
        assertThat(texts).extracting(row -> row.getString(1)).doesNotHaveDuplicates();
    }

    @Test
    void settingsAreAStructAMapOrJson() {
        String call = "SELECT generate_text('My dream is', %s)";
        List<Row> struct = spark.rows(call.formatted("named_struct('max_new_tokens', 9, 'stop', array('.'), 'top_k', 5,"
                + " 'do_sample', true, 'seed', 3, 'return_full_text', true)"));

        assertThat(spark.rows(call.formatted("map('max_new_tokens', '9', 'stop', '[\".\"]', 'top_k', '5',"
                        + " 'do_sample', 'true', 'seed', '3', 'return_full_text', 'true')")))
                .isEqualTo(struct);
        assertThat(spark.rows(call.formatted("'{\"max_new_tokens\": 9, \"stop\": [\".\"], \"top_k\": 5,"
                        + " \"do_sample\": true, \"seed\": 3, \"return_full_text\": true}'")))
                .isEqualTo(struct);
        assertThat(struct.get(0).getString(0)).startsWith("My dream is");
        assertThat(spark.rows(
                        call.formatted("named_struct('max_new_tokens', 9, 'top_k', 5, 'do_sample', true, 'seed', 4)")))
                .isNotEqualTo(struct);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            SELECT * FROM texts                                                             | 11
            SELECT t FROM texts WHERE id < 3                                                | 3
            SELECT t FROM texts WHERE length(t) > 0 AND id < 3                              | 3
            SELECT id FROM texts                                                            | 0
            SELECT count(*) FROM texts                                                      | 0
            SELECT count(t) FROM texts WHERE t LIKE '% %'                                   | 11
            SELECT t FROM texts LIMIT 2                                                     | 2
            SELECT upper(t) FROM (SELECT t FROM texts LIMIT 2)                              | 2
            SELECT t FROM texts ORDER BY id DESC LIMIT 2                                    | 2
            SELECT t FROM texts ORDER BY id                                                 | 11
            SELECT id FROM texts ORDER BY t                                                 | 11
            SELECT topic, max(length(generate_text(prompt, <s>))) FROM prompts GROUP BY topic  | 11
            SELECT generate_text(prompt, <s>), count(*) FROM prompts GROUP BY 1             | 11
            SELECT generate_text(max(prompt), <s>), topic FROM prompts GROUP BY topic       | 3
            SELECT generate_text(prompt, <s>) FROM prompts WHERE generate_text(prompt, <s>) > '' | 11
            SELECT a.t, b.t FROM texts a JOIN texts b ON a.id = b.id WHERE a.id < 2         | 4
            WITH c AS (SELECT * FROM texts) SELECT a.t, b.t FROM c a JOIN c b ON a.id = b.id + 1 | 11
            SELECT t FROM texts WHERE id = 1 UNION ALL SELECT generate_text('x', <s>)       | 2
            SELECT (SELECT max(t) FROM texts WHERE id = 1), id FROM prompts                 | 1
            SELECT (SELECT generate_text(p.prompt, <s>)), id FROM prompts p WHERE id < 2    | 2
            SELECT generate_text(generate_text(prompt, <s>), <s>) FROM prompts WHERE id < 2 | 4
            SELECT if(id < 2, generate_text(prompt, <s>), prompt) FROM prompts              | 2
            SELECT CASE WHEN id < 2 THEN 'a' WHEN id < 4 THEN generate_text(prompt, <s>) END FROM prompts | 2
            SELECT coalesce(if(id > 1, 'a', NULL), generate_text(prompt, <s>)) FROM prompts | 2
            SELECT generate_text(prompt, <s>), generate_text(prompt, map('max_new_tokens', '2')) FROM prompts WHERE id < 2 | 4
            SELECT row_number() OVER (ORDER BY t) FROM texts                                | 11
            SELECT explode(generate_sequences(prompt, <s>)) FROM prompts WHERE id < 2       | 2
            """)
    void aQueryComputesWhatItNeedsAndOnce(String query, long prompts) {
        spark.session().sql(TEXTS).createOrReplaceTempView("texts");

        assertThat(spark.prompts(query.replace("<s>", SHORT))).isEqualTo(prompts);
    }

    @Test
    void aViewThatIsStoredMayCall() {
        try {
            spark.session()
                    .sql("CREATE VIEW stored AS SELECT id, generate_text('My dream is', " + SHORT
                            + ") AS t FROM range(2)");
            assertThat(spark.rows("SELECT t FROM stored WHERE id = 1"))
                    .isEqualTo(spark.rows("SELECT generate_text('My dream is', " + SHORT + ")"));
            assertThat(spark.prompts("SELECT t FROM stored WHERE id = 1")).isEqualTo(1);
        } finally {
            spark.session().sql("DROP VIEW IF EXISTS stored");
        }
    }

    @Test
    void rowsKeepTheirOrderAndOneWithoutAPromptHasNull() {
        List<Row> rows = spark.rows(TEXTS);

        assertThat(rows).extracting(row -> row.getLong(0)).isSorted().hasSize(12);
        assertThat(rows)
                .filteredOn(row -> row.isNullAt(1))
                .extracting(row -> row.getLong(0))
                .containsExactly(5L);
        assertThat(rows.get(0).get(1))
                .isEqualTo(rows.get(4).get(1))
                .isNotEqualTo(rows.get(1).get(1));
    }

    @Test
    void aBadRowEndsTheQueryByItsNameOrIsNull() {
        String prompt = "if(id = 7, repeat(prompt, 500), prompt)";

        assertThatThrownBy(() -> spark.rows("SELECT generate_text(" + prompt
                        + ", named_struct('id', concat('row ', id), 'max_new_tokens', 3)) FROM prompts"))
                .hasMessageContainingAll(
                        "generate_text cannot continue the prompt of the row with the id row 7: prompt_too_long: ",
                        "; to have NULL for such a row, call try_generate_text");
        assertThatThrownBy(() -> spark.rows("SELECT generate_sequences(" + prompt + ", " + SHORT + ") FROM prompts"))
                .hasMessageContaining("generate_sequences cannot continue the prompt of 6500 bytes with"
                        + " sha2(prompt, 256) = '"
                        + spark.rows("SELECT sha2(repeat(prompt, 500), 256) FROM prompts WHERE id = 7")
                                .get(0)
                                .getString(0)
                        + "': prompt_too_long: ");
        for (String function : List.of("try_generate_text", "try_generate_sequences")) {
            assertThat(spark.rows("SELECT id FROM (SELECT id, " + function + "(" + prompt + ", " + SHORT
                            + ") AS t FROM prompts) WHERE t IS NULL"))
                    .extracting(row -> row.getLong(0))
                    .containsExactlyInAnyOrder(5L, 7L);
        }
    }

    @Test
    void whatCannotBeIsToldWhileTheQueryIsAnalysed() {
        Map<String, String> refusals = Map.ofEntries(
                Map.entry("prompt, map('top_kk', '3')", "there is no setting top_kk, the nearest is top_k"),
                Map.entry("prompt, named_struct('top_k', 'many')", "top_k must be a whole number of at least 0"),
                Map.entry(
                        "prompt, '{\"n\": 3, \"do_sample\": true}'",
                        "num_return_sequences is 3, but generate_text gives one text: use generate_sequences"),
                Map.entry("prompt, named_struct('top_k', topic)", "the setting top_k is not the same for all rows"),
                Map.entry("prompt, prompt", "the second argument is not the same for all rows"),
                Map.entry("prompt, '{\"top_k\"'", "the second argument is not a JSON object"),
                Map.entry("prompt, 'gpt2'", ": write settings as '{\"max_new_tokens\": 20}' or"),
                Map.entry("prompt, '{\"top_k\": 1, \"top_k\": 2}'", "the second argument has a key twice (line 1, "),
                Map.entry(
                        "prompt, 5", "the settings must be a MAP of STRINGs, a STRUCT or a STRING with a JSON object"),
                Map.entry("array(1)", "the prompt must be a STRING, but is ARRAY<INT>"),
                Map.entry("prompt, named_struct('id', 1.5D)", "the column id is of type double, it must be string"),
                Map.entry("prompt, named_struct('device', 'tpu')", "device must be one of auto, cpu, gpu but was tpu"),
                Map.entry("prompt, named_struct('slots', 0)", "slots must be a whole number of at least 1 but was 0"),
                Map.entry("prompt, named_struct('base_model', '/x')", "no adapter is named"),
                Map.entry("prompt, 'a', 'b'", "takes a prompt and, if you like, settings, but was given 3 arguments"));

        refusals.forEach((arguments, message) -> assertThatThrownBy(
                        () -> spark.session().sql("SELECT generate_text(" + arguments + ") FROM prompts"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("line 1 pos 7"));
        assertThatThrownBy(() ->
                        spark.session().sql("SELECT transform(array(prompt), p -> generate_text(p)) FROM prompts"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("explode the array, and call it for the elements");
        assertThatThrownBy(() -> spark.session()
                        .sql("SELECT 1 FROM prompts a JOIN prompts b ON generate_text(a.prompt || b.prompt) = ''"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("takes columns of both sides of a join");
        assertThatThrownBy(() -> spark.rows("SELECT id FROM prompts a WHERE EXISTS"
                        + " (SELECT 1 FROM prompts b WHERE generate_text(a.prompt, " + SHORT + ") = b.prompt)"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("call it in a subquery of that query's FROM, and use its column");
    }

    @Test
    void aModelIsLookedForWhenTheQueryRunsAndNotBefore() {
        String query = "SELECT generate_text(prompt, map('model', '/nowhere/at-all')) FROM prompts";

        assertThat(spark.rows("EXPLAIN " + query).get(0).getString(0))
                .contains("Generation generate_text(prompt#", "model /nowhere/at-all, settings {}");
        assertThatThrownBy(() -> spark.rows(query))
                .isInstanceOf(IllegalArgumentException.class) // which Python shows without the JVM's stack
                .hasMessageContaining("/nowhere/at-all");
    }

    @Test
    void aPlanShowsTheOperatorItsModelAndItsSettings() {
        assertThat(spark.rows(
                                "EXPLAIN SELECT generate_text(prompt, named_struct('id', id, 'do_sample', true, 'top_p', 0.9))"
                                        + " FROM prompts")
                        .get(0)
                        .getString(0))
                .containsPattern(
                        "\\+- Generation generate_text\\(prompt#\\d+, id id#\\d+L\\) AS generate_text#\\d+, model"
                                + " .+, settings \\{do_sample=true, top_p=0.9}");
        spark.session().conf().set(ModelKeys.PRECISION, "bf16");
        try {
            assertThat(spark.rows(
                                    "EXPLAIN SELECT generate_text(prompt, map('device', 'cpu', 'top_k', '3')) FROM prompts")
                            .get(0)
                            .getString(0))
                    .contains(", model sample-model in bf16 on cpu, settings {top_k=3}");
        } finally {
            spark.session().conf().unset(ModelKeys.PRECISION);
        }
        assertThat(spark.rows("DESCRIBE FUNCTION generate_text"))
                .extracting(row -> row.getString(0))
                .anyMatch(line -> line.contains("generate_text(prompt[, settings]) - Continues a prompt by one text."));
    }

    @Test
    void aCachedTableAndAWrittenOneAreComputedOnce() {
        assertThat(spark.prompts("CACHE TABLE kept AS " + TEXTS)).isEqualTo(11);
        assertThat(spark.prompts("SELECT max(t), id FROM kept GROUP BY id")).isZero();
        spark.session().sql("UNCACHE TABLE kept");
        try {
            assertThat(spark.prompts("CREATE TABLE written USING parquet AS " + TEXTS + " LIMIT 3"))
                    .isEqualTo(3);
            assertThat(spark.prompts("INSERT INTO written " + TEXTS + " WHERE id = 7"))
                    .isEqualTo(1);
            assertThat(spark.prompts("SELECT * FROM written WHERE t IS NOT NULL"))
                    .isZero();
            assertThat(spark.rows("SELECT * FROM written")).hasSize(4).containsAll(spark.rows(TEXTS + " WHERE id = 7"));
        } finally {
            spark.session().sql("DROP TABLE written");
        }
    }

    @Test
    void aStreamIsContinuedBatchByBatch(@TempDir Path folder) throws Exception {
        Files.writeString(
                Files.createDirectory(folder.resolve("in")).resolve("1.txt"), "My dream 0 is\nMy dream 1 is\n");
        spark.session().readStream().text(folder.resolve("in").toString()).createOrReplaceTempView("arriving");

        long prompts = spark.prompts(() -> {
            try {
                spark.session()
                        .sql("SELECT value, generate_text(value, " + SHORT + ") AS t FROM arriving")
                        .writeStream()
                        .format("memory")
                        .queryName("arrived")
                        .option("checkpointLocation", folder.resolve("progress").toString())
                        .trigger(Trigger.AvailableNow())
                        .start()
                        .awaitTermination();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(prompts).isEqualTo(2);
        assertThat(spark.rows("SELECT t FROM arrived ORDER BY value"))
                .isEqualTo(spark.rows("SELECT t FROM (" + TEXTS + ") WHERE id < 2 ORDER BY id"));
    }
}
