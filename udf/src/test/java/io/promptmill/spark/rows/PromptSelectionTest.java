package io.promptmill.spark.rows;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationConfig;
import io.promptmill.spark.TestSpark;
import io.promptmill.spark.rows.PromptReader.ReadRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows through a real Spark, from a Dataset to prompts. */
@Tag("spark")
final class PromptSelectionTest {
    private final SparkSession spark = TestSpark.session();

    private ReadRow readOnly(Dataset<Row> input) throws InputRefusedException {
        PromptColumns columns =
                PromptColumns.of(input.schema(), "id", "prompt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED);
        List<Row> rows = columns.select(input).collectAsList();
        assertThat(rows).hasSize(1);
        return new PromptReader(columns, List.of()).read(rows.get(0));
    }

    private GenerationConfig config(String samplingParams) throws InputRefusedException {
        Dataset<Row> input = spark.sql("SELECT 1 AS id, 'a' AS prompt, " + samplingParams + " AS sampling_params");
        return readOnly(input).prompt().config();
    }

    @Test
    void badBytesOfAParquetFileAreSeenThoughAStringHidesThem(@TempDir Path folder) throws Exception {
        byte[] bad = {'a', (byte) 0xff, 'b'};
        String file = folder.resolve("bad").toString();
        spark.createDataFrame(List.of(RowFactory.create("1", bad)), StructType.fromDDL("id STRING, prompt BINARY"))
                .withColumn("prompt", col("prompt").cast("string"))
                .write()
                .parquet(file);
        Dataset<Row> input = spark.read().parquet(file);

        assertThat(input.select("prompt").head().getString(0)).isEqualTo("a\ufffdb");
        assertThat(readOnly(input).problem().code()).isEqualTo("bad_encoding");
    }

    @Test
    void selectedRowsHoldWhatWasAskedForInOrder() throws Exception {
        Dataset<Row> input = spark.sql(
                "SELECT 'x' AS `a.b`, '{\"top_k\": 3}' AS sampling_params, 'hi' AS Text, 2Y AS key, array(1) AS `c``d`");
        PromptColumns columns =
                PromptColumns.of(input.schema(), "key", "text", OutputLayout.EXPLODED, TokenLogprobs.OMITTED);

        Dataset<Row> selected = columns.select(input);
        assertThat(selected.columns()).containsExactly("key", "Text", "sampling_params", "a.b", "c`d");
        Row row = selected.head();
        assertThat(columns.canonicalId(row)).isEqualTo("2");
        assertThat(columns.prompt(row)).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
        assertThat(columns.carried(row)).first().isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'{\"top_k\": 3}'",
                "map('top_k', '3')",
                "named_struct('top_k', 3, 'stop', array('x'))",
                "cast(X'7bff' as string)"
            })
    void samplingParamsAreReadAndCarriedAsTheyAreWhereThatIsAskedFor(String samplingParams) throws Exception {
        Dataset<Row> input = spark.sql("SELECT 1 AS id, 'a' AS prompt, 'x' AS before, " + samplingParams
                + " AS sampling_params, 'y' AS after");
        PromptColumns columns = PromptColumns.of(
                input.schema(),
                "id",
                "prompt",
                OutputLayout.EXPLODED,
                TokenLogprobs.OMITTED,
                "",
                SamplingParamsColumn.CARRIED);

        assertThat(columns.outputSchema().fieldNames()).endsWith("error", "before", "sampling_params", "after");
        assertThat(columns.outputSchema().apply("sampling_params"))
                .isEqualTo(input.schema().apply("sampling_params"));
        Row row = columns.select(input).head();
        List<Row> carried = spark.createDataFrame(
                        List.of(RowFactory.create(columns.carried(row).get(1))),
                        new StructType().add(input.schema().apply("sampling_params")))
                .collectAsList();
        assertThat(carried)
                .hasToString(input.select("sampling_params").collectAsList().toString());
        assertThat(columns.carried(row)).element(2).isEqualTo("y");
        assertThat(String.valueOf(columns.samplingParams(row))).contains(samplingParams.startsWith("cast") ? "{" : "3");
    }

    @Test
    void tokenIdsAreSelectedOnceAndCarried() throws Exception {
        Dataset<Row> input = spark.sql("SELECT 'x' AS before, array(4, 5) AS prompt_token_ids, 'y' AS after");
        PromptColumns columns =
                PromptColumns.of(input.schema(), null, "prompt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED);

        Row row = columns.select(input).head();
        assertThat(row.size()).isEqualTo(3);
        assertThat(columns.carried(row)).containsExactly("x", columns.prompt(row), "y");
        assertThat(new PromptReader(columns, List.of())
                        .read(row)
                        .prompt()
                        .tokenIds()
                        .toArray())
                .containsExactly(4, 5);
    }

    @Test
    void samplingParamsAreAStructAMapOrJson() throws Exception {
        GenerationConfig struct =
                config("named_struct('top_p', CAST(0.9 AS FLOAT), 'do_sample', true, 'stop', array('x'), 'min_p', NULL,"
                        + " 'bad_words_ids', array(array(5), array(7, 9)), 'temperature', 0.7)");
        GenerationConfig map =
                config("map('top_p', '0.9', 'do_sample', 'true', 'stop', 'x', 'bad_words_ids', '[[5],[7,9]]',"
                        + " 'temperature', '0.7')");
        GenerationConfig json = config("'{\"top_p\": 0.9, \"do_sample\": true, \"stop\": \"x\","
                + " \"bad_words_ids\": [[5], [7, 9]], \"temperature\": 0.7}'");

        assertThat(struct).isEqualTo(json);
        assertThat(map).isEqualTo(json);
        assertThat(json.topP()).isEqualTo(0.9);
        assertThat(json.badWordsIds()).hasSize(2);
    }
}
