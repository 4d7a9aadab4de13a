package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
final class PromptColumnsTest {
    private static StructType schema(String ddl) {
        return StructType.fromDDL(ddl);
    }

    private static PromptColumns columns(String ddl, OutputLayout layout, TokenLogprobs logprobs)
            throws InputRefusedException {
        return PromptColumns.of(schema(ddl), "id", "prompt", layout, logprobs);
    }

    private static void assertRefused(StructType input, String code, String... messages) {
        assertThatExceptionOfType(InputRefusedException.class)
                .isThrownBy(() -> PromptColumns.of(input, "id", "prompt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    @Test
    void explodedRowsHaveOneColumnPerProperty() throws Exception {
        PromptColumns columns =
                columns("id BIGINT NOT NULL, prompt STRING, lang STRING", OutputLayout.EXPLODED, TokenLogprobs.OMITTED);

        assertThat(columns.outputSchema().toDDL())
                .isEqualTo("id BIGINT NOT NULL,prompt STRING,index INT,generated_text STRING,token_ids ARRAY<INT>,"
                        + "finish_reason STRING,stop_reason STRING,prompt_tokens INT,completion_tokens INT,"
                        + "cumulative_logprob DOUBLE,status STRING NOT NULL,error STRING,lang STRING");
    }

    @Test
    void groupedRowsHoldSequencesInAnArray() throws Exception {
        PromptColumns columns = columns("id STRING, prompt STRING", OutputLayout.GROUPED, TokenLogprobs.OMITTED);

        StructType output = columns.outputSchema();
        assertThat(output.fieldNames())
                .containsExactly("id", "prompt", "sequences", "prompt_tokens", "status", "error");
        assertThat(output.apply("sequences").dataType().simpleString())
                .isEqualTo("array<struct<index:int,generated_text:string,token_ids:array<int>,finish_reason:string,"
                        + "stop_reason:string,completion_tokens:int,cumulative_logprob:double>>");
        assertThat(output.apply("sequences").nullable()).isFalse();
    }

    @Test
    void tokenIdsDoNotStandInForAPromptColumnThatWasNamed() {
        StructType input = schema("id INT, text STRING, prompt_token_ids ARRAY<INT>");
        assertThatThrownBy(() -> PromptColumns.of(input, "id", "txt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED))
                .isInstanceOf(InputRefusedException.class)
                .hasMessage("missing_column: the input has no prompt column txt, its columns are id, text,"
                        + " prompt_token_ids and the nearest is text, name the prompt column of the input or add one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXPLODED", "GROUPED"})
    void tokenLogprobsFollowTheirSum(OutputLayout layout) throws Exception {
        StructType output = columns("id STRING, prompt STRING", layout, TokenLogprobs.INCLUDED)
                .outputSchema();

        assertThat(output.simpleString()).contains("cumulative_logprob:double,token_logprobs:array<float>");
    }

    @Test
    void tokenIdsAreReadWhereThereIsNoTextAndCarriedThrough() throws Exception {
        PromptColumns columns = columns(
                "id STRING, prompt_token_ids ARRAY<INT>, lang STRING", OutputLayout.GROUPED, TokenLogprobs.OMITTED);

        assertThat(columns.promptsAreTokenIds()).isTrue();
        assertThat(columns.outputSchema().fieldNames())
                .containsExactly(
                        "id", "prompt", "sequences", "prompt_tokens", "status", "error", "prompt_token_ids", "lang");
    }

    @Test
    void columnsAreFoundIgnoringCaseAndKeepTheirNames() throws Exception {
        PromptColumns columns = PromptColumns.of(
                schema("Doc_Id INT, Text STRING, Sampling_Params STRING"),
                "doc_id",
                "text",
                OutputLayout.GROUPED,
                TokenLogprobs.OMITTED);

        assertThat(columns.outputSchema().fieldNames())
                .containsExactly("Doc_Id", "Text", "sequences", "prompt_tokens", "status", "error");
        assertThat(columns.outputSchema().apply("Doc_Id").dataType()).isEqualTo(DataTypes.IntegerType);
    }

    @Test
    void withoutAnIdColumnTheIdIsText() throws Exception {
        PromptColumns columns = PromptColumns.of(
                schema("prompt STRING, n INT"), null, "prompt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED);

        assertThat(columns.outputSchema().apply("id").dataType()).isEqualTo(DataTypes.StringType);
    }

    @Test
    void aMissingColumnIsRefusedNamingTheNearest() {
        assertRefused(
                schema("id INT, promt STRING, other INT"),
                "missing_column",
                "no prompt column prompt",
                "its columns are id, promt, other",
                "the nearest is promt");
        assertRefused(schema("key INT, idd INT, prompt STRING"), "missing_column", "no id column id", "nearest is idd");
        assertRefused(new StructType(), "missing_column", "it has no columns at all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id DOUBLE, prompt STRING | column id is of type double",
                "id STRING, prompt INT | column prompt is of type int",
                "id STRING, prompt BINARY | column prompt is of type binary",
                "id DECIMAL(5,1), prompt STRING | string, byte, short, int, long or a decimal without fraction",
                "id BINARY, prompt STRING | column id is of type binary",
                "id STRING, prompt_token_ids ARRAY<DOUBLE> | column prompt_token_ids is of type array<double>",
                "id STRING, prompt_token_ids ARRAY<DECIMAL(5,1)> | it must be array<int> or an array of other integers",
                "id STRING, prompt STRING, sampling_params ARRAY<INT> | column sampling_params is of type array<int>",
                "id STRING, prompt STRING, sampling_params MAP<STRING, INT> | it must be struct, map<string,string>",
            })
    void aWrongTypeIsRefused(String ddl, String message) {
        assertRefused(schema(ddl), "wrong_column_type", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topp: DOUBLE | no setting of a row is called so and the nearest is top_p | topp",
                "Top_P: DOUBLE | no setting of a row is called so and the nearest is top_p | Top_P",
                "top_p: DOUBLE, temprature: STRING | no setting of a row is called so and the nearest is temperature"
                        + " | temprature",
                "prefix: STRING | the prefix is one for all rows | prefix",
            })
    void aFieldOfAStructThatIsNoSettingIsRefusedBeforeTheFirstRow(String fields, String why, String name) {
        assertThatExceptionOfType(InputRefusedException.class)
                .isThrownBy(() -> columns(
                        "id INT, prompt STRING, sampling_params STRUCT<" + fields + ">",
                        OutputLayout.EXPLODED,
                        TokenLogprobs.OMITTED))
                .withMessage("unknown_setting: the column sampling_params has the field " + name + ", " + why
                        + ", rename the field or drop it");
    }

    @Test
    void settingsByOtherNamesAndThoseThatCanOnlyBeOffMayBeFieldsOfAStruct() throws Exception {
        String fields = "max_tokens: INT, n: INT, seed: BIGINT, presence_penalty: DOUBLE, guidance_scale: DOUBLE";
        assertThat(columns(
                                "id INT, prompt STRING, sampling_params STRUCT<" + fields + ">",
                                OutputLayout.EXPLODED,
                                TokenLogprobs.OMITTED)
                        .hasSamplingParams())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL(20,0)"})
    void idsAndTokenIdsAreOfAnyTypeOfIntegersAndKeepIt(String type) throws Exception {
        String ddl = "id " + type + ", prompt_token_ids ARRAY<" + type + ">";
        PromptColumns columns = columns(ddl, OutputLayout.EXPLODED, TokenLogprobs.OMITTED);

        assertThat(columns.promptsAreTokenIds()).isTrue();
        for (StructField field : schema(ddl).fields()) {
            assertThat(columns.outputSchema().apply(field.name()).dataType()).isEqualTo(field.dataType());
        }
    }

    @Test
    void aPromptColumnWithoutATypeIsRefused() {
        StructType input = schema("id STRING").add("prompt", DataTypes.NullType);

        assertRefused(input, "wrong_column_type", "column prompt is of type void", "nothing but nulls");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Status", "error", "generated_text", "TOKEN_IDS"})
    void aCarriedColumnThatClashesIsRefused(String name) {
        assertRefused(
                schema("id STRING, prompt STRING").add(name, DataTypes.IntegerType),
                "column_clash",
                "input column " + name,
                "the output has a column " + name.toLowerCase(Locale.ROOT) + " of its own and case makes no difference",
                "choose names for the output's own columns with --output-prefix, or rename or drop the input column");
    }

    @Test
    void columnsNamedIdAndPromptAreCarriedBesideTheChosenOnes() throws Exception {
        PromptColumns columns = PromptColumns.of(
                schema("prompt STRING, key INT, id INT, text STRING"),
                "key",
                "text",
                OutputLayout.GROUPED,
                TokenLogprobs.OMITTED);
        assertThat(columns.outputSchema().fieldNames())
                .containsExactly("key", "text", "sequences", "prompt_tokens", "status", "error", "prompt", "id");
    }

    @Test
    void aPrefixIsPutBeforeAllButTheInputsNames() throws Exception {
        StructType input = schema("id INT, prompt STRING, index BIGINT, Status STRING");
        assertThat(PromptColumns.of(
                                input,
                                "id",
                                "prompt",
                                OutputLayout.EXPLODED,
                                TokenLogprobs.INCLUDED,
                                "pm_",
                                SamplingParamsColumn.OMITTED)
                        .outputSchema()
                        .fieldNames())
                .containsExactly(
                        "id",
                        "prompt",
                        "pm_index",
                        "pm_generated_text",
                        "pm_token_ids",
                        "pm_finish_reason",
                        "pm_stop_reason",
                        "pm_prompt_tokens",
                        "pm_completion_tokens",
                        "pm_cumulative_logprob",
                        "pm_token_logprobs",
                        "pm_status",
                        "pm_error",
                        "index",
                        "Status");
        PromptColumns grouped = PromptColumns.of(
                input,
                "id",
                "prompt",
                OutputLayout.GROUPED,
                TokenLogprobs.OMITTED,
                "pm_",
                SamplingParamsColumn.OMITTED);
        assertThat(grouped.outputSchema().fieldNames())
                .containsExactly(
                        "id", "prompt", "pm_sequences", "pm_prompt_tokens", "pm_status", "pm_error", "index", "Status");
        assertThat(grouped.outputSchema().apply("pm_sequences").dataType().simpleString())
                .startsWith("array<struct<index:int,generated_text:string,");
        assertThat(grouped.errorColumn()).isEqualTo("pm_error");
    }

    @Test
    void namesThatClashWithAPrefixAreRefused() {
        assertThatExceptionOfType(InputRefusedException.class)
                .isThrownBy(() -> PromptColumns.of(
                        schema("id INT, prompt STRING, PM_Error STRING"),
                        "id",
                        "prompt",
                        OutputLayout.EXPLODED,
                        TokenLogprobs.OMITTED,
                        "pm_",
                        SamplingParamsColumn.OMITTED))
                .withMessage(
                        "column_clash: the input column PM_Error cannot be carried through, the output has a column"
                                + " pm_error of its own and case makes no difference, choose other names for the output's own"
                                + " columns with another --output-prefix, or rename or drop the input column");
    }

    @Test
    void anIdOrPromptColumnNamedAsOneOfTheOutputsOwnIsRefused() throws Exception {
        StructType input = schema("Index INT, prompt STRING");
        assertThatExceptionOfType(InputRefusedException.class)
                .isThrownBy(
                        () -> PromptColumns.of(input, "index", "prompt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED))
                .withMessageStartingWith("column_clash: the input column Index cannot keep its name, the output has a"
                        + " column index of its own");
        assertThat(PromptColumns.of(
                                input,
                                "index",
                                "prompt",
                                OutputLayout.EXPLODED,
                                TokenLogprobs.OMITTED,
                                "pm_",
                                SamplingParamsColumn.OMITTED)
                        .outputSchema()
                        .fieldNames())
                .startsWith("Index", "prompt", "pm_index");
    }

    @Test
    void columnsThatDifferInCaseOnlyAreRefused() {
        assertRefused(schema("id STRING, prompt STRING, Lang STRING, lang STRING"), "column_clash", "lang");
    }

    @Test
    void aTypeThatParquetCannotHoldIsRefused() {
        StructType emptyStruct = new StructType(new StructField[0]);
        DataType[] types = {
            DataTypes.CalendarIntervalType,
            DataTypes.NullType,
            emptyStruct,
            DataTypes.createArrayType(DataTypes.CalendarIntervalType),
            DataTypes.createMapType(DataTypes.StringType, DataTypes.NullType),
        };
        for (DataType type : types) {
            assertRefused(
                    schema("id STRING, prompt STRING").add("odd", type),
                    "column_type_not_in_parquet",
                    "input column odd",
                    "cast the column or drop it");
        }
    }

    @Test
    void everyOtherTypeIsCarried() throws Exception {
        String ddl = "id STRING, prompt STRING, a DECIMAL(38,18), b TIMESTAMP, c DATE, d BINARY,"
                + " e STRUCT<x: ARRAY<MAP<STRING, DOUBLE>>>, f BOOLEAN, g TIMESTAMP_NTZ, h INTERVAL DAY TO SECOND";
        PromptColumns columns = columns(ddl, OutputLayout.EXPLODED, TokenLogprobs.OMITTED);

        assertThat(Arrays.asList(columns.outputSchema().fieldNames())).endsWith("a", "b", "c", "d", "e", "f", "g", "h");
    }

    @Test
    void tokenIdsBesideATextAreCarriedAndAWarningSaysSo() throws Exception {
        assertThat(columns(
                                "id INT, prompt STRING, prompt_token_ids ARRAY<INT>",
                                OutputLayout.EXPLODED,
                                TokenLogprobs.OMITTED)
                        .warning())
                .hasValue(
                        "the texts of the column prompt are continued and prompt_token_ids is carried along; where the"
                                + " ids are meant, leave the column prompt out");
        assertThat(columns("id INT, prompt_token_ids ARRAY<INT>", OutputLayout.EXPLODED, TokenLogprobs.OMITTED)
                        .warning())
                .isEmpty();
    }
}
