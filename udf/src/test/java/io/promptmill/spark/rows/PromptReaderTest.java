package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.TokenIds;
import io.promptmill.spark.rows.PromptReader.ReadRow;
import io.promptmill.spark.seam.ScalaCollections;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
final class PromptReaderTest {
    private static final String SECRET = "my secret prompt";

    private static PromptReader reader(String ddl, GenerationOptions... sources) throws InputRefusedException {
        return new PromptReader(columns(ddl), List.of(sources));
    }

    private static PromptColumns columns(String ddl) throws InputRefusedException {
        String id = ddl.contains("id ") ? "id" : null;
        return PromptColumns.of(StructType.fromDDL(ddl), id, "prompt", OutputLayout.EXPLODED, TokenLogprobs.OMITTED);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRejected(ReadRow read, String code, String what) {
        assertThat(read.prompt()).isNull();
        assertThat(read.problem().code()).isEqualTo(code);
        assertThat(read.problem().what()).contains(what);
        assertThat(read.problem().why()).isNotBlank();
        assertThat(read.problem().remedy()).isNotBlank();
        assertThat(read.problem().toString()).doesNotContain(SECRET);
    }

    @Test
    void aRowBecomesAPrompt() throws Exception {
        GenerationOptions source = GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 7);
        ReadRow read = reader("id BIGINT, prompt STRING", source).read(RowFactory.create(42L, utf8("Grüße 👋")));

        assertThat(read.problem()).isNull();
        assertThat(read.text()).isEqualTo("Grüße 👋");
        assertThat(read.prompt().id()).isEqualTo("42");
        assertThat(read.prompt().text()).isEqualTo("Grüße 👋");
        assertThat(read.prompt().config().maxTokens().tokens()).isEqualTo(7);
    }

    @Test
    void anEmptyPromptIsGood() throws Exception {
        ReadRow read = reader("id INT, prompt STRING").read(RowFactory.create(1, utf8("")));

        assertThat(read.problem()).isNull();
        assertThat(read.prompt().text()).isEmpty();
    }

    @Test
    void whitespaceIsAPromptAndStaysAsItIs() throws Exception {
        ReadRow read = reader("id INT, prompt STRING").read(RowFactory.create(1, utf8(" \n\t\u00a0 ")));

        assertThat(read.problem()).isNull();
        assertThat(read.prompt().text()).isEqualTo(" \n\t\u00a0 ");
    }

    @Test
    void aNullPromptIsRejected() throws Exception {
        assertRejected(
                reader("id INT, prompt STRING").read(RowFactory.create(1, null)), "null_prompt", "prompt is null");
        assertRejected(reader("prompt STRING").read(RowFactory.create((Object) null)), "null_prompt", "prompt is null");
    }

    @Test
    void aNullIdIsRejected() throws Exception {
        assertRejected(
                reader("id INT, prompt STRING").read(RowFactory.create(null, utf8(SECRET))), "null_id", "id is null");
    }

    @Test
    void aRowThatSaysWhyItCannotBeReadIsRejectedWithThat() throws Exception {
        PromptColumns columns =
                columns("id STRING, prompt STRING, topic STRING").withProblems("what is wrong");
        PromptReader reader = new PromptReader(columns, List.of());
        ReadRow bad = reader.read(RowFactory.create("a.csv#3", null, null, "1 field where the header has 2"));
        assertThat(bad.problem())
                .hasToString("unreadable_row: the row cannot be read, 1 field where the header has 2, correct it in its"
                        + " file or leave it out");
        assertThat(bad.id()).isEqualTo("a.csv#3");
        Row good = RowFactory.create("a.csv#4", utf8("abc"), utf8("sea"), null);
        assertThat(reader.read(good).prompt().text()).isEqualTo("abc");
        assertThat(columns.carried(good)).containsExactly("sea");
        assertThat(columns.outputSchema().fieldNames()).contains("topic").doesNotContain("what is wrong");
    }

    @Test
    void badlyEncodedBytesAreRejected() throws Exception {
        byte[][] bad = {{(byte) 0xff}, {'a', (byte) 0xc3}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {(byte) 0xc0, 'a'}};
        for (byte[] bytes : bad) {
            ReadRow read = reader("id INT, prompt STRING").read(RowFactory.create(1, bytes));
            assertRejected(read, "bad_encoding", "not UTF-8");
            assertThat(read.text()).isNull();
        }
    }

    @Test
    void aPromptBeyondTheByteLimitIsRejected() throws Exception {
        PromptReader reader = reader("id INT, prompt STRING");
        String most = "x".repeat(PromptColumns.MAX_PROMPT_BYTES);

        assertThat(reader.read(RowFactory.create(1, utf8(most))).problem()).isNull();
        ReadRow read = reader.read(RowFactory.create(1, utf8(most + "x")));
        assertRejected(read, "prompt_too_long", "1048577 bytes");
        assertThat(read.text()).hasSize(PromptColumns.MAX_PROMPT_BYTES + 1);
    }

    @Test
    void tokenIdsOfEveryTypeOfIntegersAreOnePromptWithOneDigest() throws Exception {
        Object[][] sequences = {
            {(byte) 5, (byte) 0, (byte) 7},
            {(short) 5, (short) 0, (short) 7},
            {5, 0, 7},
            {5L, 0L, 7L},
            {new BigDecimal("5"), new BigDecimal("0"), new BigDecimal("7")}
        };
        for (Object[] sequence : sequences) {
            ReadRow read = reader("prompt_token_ids ARRAY<BIGINT>")
                    .read(RowFactory.create(ScalaCollections.rowArray(sequence)));
            assertThat(read.prompt().tokenIds()).isEqualTo(TokenIds.of(5, 0, 7));
            assertThat(read.id()).isEqualTo(PromptDigest.of(ScalaCollections.rowArray(new Integer[] {5, 0, 7})));
        }
    }

    @Test
    void aTokenIdBeyond32BitsIsRejected() throws Exception {
        Object[] values = {1L << 31, -(1L << 31) - 1, (1L << 32) + 5, new BigDecimal("18446744073709551615")};
        for (Object value : values) {
            assertRejected(
                    reader("id INT, prompt_token_ids ARRAY<BIGINT>")
                            .read(RowFactory.create(1, ScalaCollections.rowArray(new Object[] {value}))),
                    "bad_token_ids",
                    "position 0 is " + value);
        }
    }

    @Test
    void tokenIdsBecomeAPrompt() throws Exception {
        PromptReader reader = reader("id INT, prompt_token_ids ARRAY<INT>");

        ReadRow read = reader.read(RowFactory.create(1, ScalaCollections.rowArray(new Integer[] {5, 0, 7})));
        assertThat(read.prompt().tokenIds()).isEqualTo(TokenIds.of(5, 0, 7));
        assertThat(read.text()).isNull();
        assertRejected(
                reader.read(RowFactory.create(1, ScalaCollections.rowArray(new Integer[] {5, null}))),
                "bad_token_ids",
                "position 1 is null");
        assertRejected(reader.read(RowFactory.create(1, null)), "null_prompt", "prompt is null");
    }

    @Test
    void withoutAnIdColumnTheDigestIsTheId() throws Exception {
        Row row = RowFactory.create(utf8("abc"));
        String digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

        assertThat(columns("prompt STRING").canonicalId(row)).isEqualTo(digest);
        ReadRow read = reader("prompt STRING").read(row);
        assertThat(read.id()).isEqualTo(digest);
        assertThat(read.prompt().id()).isEqualTo(digest);
        assertThat(columns("prompt STRING").canonicalId(RowFactory.create((Object) null)))
                .isEmpty();
    }

    @Test
    void tokenIdsHaveADigestToo() throws Exception {
        PromptColumns columns = columns("prompt_token_ids ARRAY<INT>");

        String one = columns.canonicalId(RowFactory.create(ScalaCollections.rowArray(new Integer[] {1, 2})));
        assertThat(one).matches("[0-9a-f]{64}");
        assertThat(columns.canonicalId(RowFactory.create(ScalaCollections.rowArray(new Integer[] {1, 3}))))
                .isNotEqualTo(one);
    }

    @Test
    void theRowsOwnSettingsWin() throws Exception {
        GenerationOptions source =
                GenerationOptions.none().with(GenerationOption.TOP_P, 0.5).with(GenerationOption.DO_SAMPLE, true);
        PromptReader reader = reader("id INT, prompt STRING, sampling_params STRING", source);

        ReadRow read =
                reader.read(RowFactory.create(1, utf8("a"), "{\"top_p\": 0.9, \"stop\": [\"x\"], \"top_k\": null}"));
        assertThat(read.prompt().config().topP()).isEqualTo(0.9);
        assertThat(read.prompt().config().stop()).containsExactly("x");
        assertThat(read.prompt().config().doSample()).isTrue();
        assertThat(reader.read(RowFactory.create(1, utf8("a"), null))
                        .prompt()
                        .config()
                        .topP())
                .isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"topp\": 0.5} | sampling_params has the unknown key topp (the nearest is top_p)",
                "{\"prefix\": \"a\"} | sampling_params sets prefix, which is one for all rows",
                "{\"top_p\": 2} | top_p must be a number between 0 and 1 but was 2",
                "{\"top_k\": \"many\"} | top_k must be a whole number of at least 0",
                "{\"top_k\": -2} | top_k must be a whole number of at least 0, or -1 for none but was -2",
                "{\"temperature\": 0, \"do_sample\": true} | temperature 0 is greedy search but do_sample is true",
                "{\"temperature\": -1} | temperature must be a number that is 0 or at least 1e-30 but was -1",
                "{\"max_tokens\": 0} | max_new_tokens must be a whole number of at least 1 but was 0",
                "{\"max_tokens\": 5, \"max_new_tokens\": 5} | sampling_params sets max_new_tokens twice, as max_tokens and as max_new_tokens",
                "{\"num_return_sequences\": 1, \"n\": 1} | sampling_params sets num_return_sequences twice, as num_return_sequences and as n",
                "{\"seed\": 1.5} | seed must be a whole number between -2^63 and 2^63 - 1",
                "{\"seed\": 9223372036854775808} | seed must be a whole number between -2^63 and 2^63 - 1",
                "{\"seed\": 1e999999999} | seed must be a whole number between -2^63 and 2^63 - 1",
                "{\"seed\": \"my secret\"} | seed must be a whole number between -2^63 and 2^63 - 1",
                "{\"seed\": [1]} | seed must be a whole number between -2^63 and 2^63 - 1",
                "{\"min_tokens\": 1, \"min_new_tokens\": 1} | sampling_params sets min_new_tokens twice, as min_tokens and as min_new_tokens",
                "{\"ignore_eos\": true} | sampling_params sets ignore_eos, which is not supported and can only be off, that is false",
                "{\"stop_token_ids\": [5]} | sampling_params sets stop_token_ids, which is not supported and can only be off, that is []",
                "{\"logit_bias\": {\"5\": 1}} | sampling_params sets logit_bias, which is not supported and can only be off, that is {}",
                "{\"presence_penalty\": 0.5} | sampling_params sets presence_penalty, which is not supported and can only be off, that is 0",
                "{\"encoder_repetition_penalty\": \"my secret\"} | sampling_params sets encoder_repetition_penalty, which is not supported and can only be off, that is 1",
                "{\"sed\": 1} | sampling_params has the unknown key sed (the nearest is seed)",
                "{\"max_token\": 1} | sampling_params has the unknown key max_token (the nearest is max_tokens)",
                "{\"eos_token_id\": [1, null]} | sampling_params sets eos_token_id to a list with a null in it",
                "{\"num_return_sequences\": 3} | greedy search gives one sequence",
                "{\"num_beams\": 257} | num_beams must be a whole number from 1 to 256 but was 257",
                "{\"do_sample\": true, \"num_return_sequences\": 1000000000} | num_return_sequences must be a whole number from 1 to 10000 but was 1000000000",
                "{\"stop\": \"a\", \"stop_strings\": \"b\"} | sampling_params sets stop twice, as stop and as stop_strings",
                "{\"top_p\": 0.5, \"top_p\": 0.6} | sampling_params has a key twice (line 1, column ",
                "{\"top_p\": 0.5} x | sampling_params is not a JSON object (line 1, column ",
                "my secret prompt | sampling_params is not a JSON object (line 1, column ",
                "{\"my secret\": 1} | sampling_params has the unknown key of 9 characters",
                "{\"top_p\": \"my secret\"} | sampling_params sets top_p to a text of 9 characters",
                "{\"top_p\": {\"my secret\": 1}} | sampling_params sets top_p to an object",
                "{\"stop\": [\"my secret\", \"\"]} | stop must be a non-empty text or a list of them but was not",
                "[1] | sampling_params is not a JSON object",
                "`` | sampling_params is not a JSON object",
            })
    void badSamplingParamsRejectTheRow(String json, String message) throws Exception {
        PromptReader reader = reader("id INT, prompt STRING, sampling_params STRING");

        assertRejected(reader.read(RowFactory.create(1, utf8(SECRET), json)), "bad_sampling_params", message);
    }

    /** A JSON object beside the settings it means, as {@code source} with the names of Hugging Face. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"temperature\": 0} | do_sample=false",
                "{\"temperature\": 0.0, \"do_sample\": false} | do_sample=false",
                "{\"temperature\": 0, \"do_sample\": null} | do_sample=false",
                "{\"temperature\": 0.5} | temperature=0.5",
                "{\"max_tokens\": 7} | max_new_tokens=7",
                "{\"max_tokens\": 7, \"max_new_tokens\": null} | max_new_tokens=7",
                "{\"max_tokens\": null, \"max_length\": 30} | max_length=30",
                "{\"n\": 2} | num_return_sequences=2",
                "{\"min_tokens\": 3} | min_new_tokens=3",
                "{\"ignore_eos\": false, \"skip_special_tokens\": true, \"stop_token_ids\": [], \"logit_bias\": {}} | ",
                "{\"use_cache\": \"True\", \"output_kind\": 0, \"bad_words\": \"[ ]\"} | ",
                "{\"top_k\": -1, \"top_p\": 1, \"typical_p\": 1, \"min_p\": 0} | top_k=0 top_p=1 typical_p=1 min_p=0",
                "{\"min_length\": -1} | min_length=0",
                "{\"min_new_tokens\": -1, \"no_repeat_ngram_size\": 0} | min_new_tokens=0 no_repeat_ngram_size=0",
                "{\"repetition_penalty\": 1, \"length_penalty\": 1.0} | repetition_penalty=1 length_penalty=1",
                "{\"presence_penalty\": 0, \"frequency_penalty\": 0.0, \"best_of\": 1, \"top_k\": 7} | top_k=7",
                "{\"encoder_repetition_penalty\": 1.0, \"diversity_penalty\": \"0\", \"guidance_scale\": null} | ",
                "{\"eos_token_id\": -1} | eos_token_id=-1",
                "{\"eos_token_id\": [7, 50256, -1]} | eos_token_id=[7,50256,-1]",
                "{\"eos_token_id\": null, \"n\": null, \"seed\": null} | ",
                "{\"stop\": \"a\"} | stop=a",
                "{\"stop\": [\"a\"]} | stop=a",
                "{\"stop\": \"[\\\"a\\\"]\"} | stop=[\"a\"]",
                "{\"stop_strings\": []} | "
            })
    void everyFormOfASettingIsUnderstood(String json, String meant) throws Exception {
        GenerationOptions sampling = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.TEMPERATURE, 0.7)
                .with(GenerationOption.MAX_NEW_TOKENS, 9)
                .with(GenerationOption.EOS_TOKEN_ID, 3);
        GenerationOptions row = GenerationOptions.none();
        for (String setting : meant == null ? List.<String>of() : List.of(meant.split(" ", -1))) {
            int end = setting.indexOf('=');
            row = row.with(GenerationOption.ofKey(setting.substring(0, end)).orElseThrow(), setting.substring(end + 1));
        }
        GenerationConfig expected = GenerationConfig.resolve(List.of(row, sampling));

        ReadRow read = reader("id INT, prompt STRING, sampling_params STRING", sampling)
                .read(RowFactory.create(1, utf8("a"), json));
        assertThat(read.problem()).isNull();
        GenerationConfig config = read.prompt().config();
        assertThat(config)
                .usingRecursiveComparison()
                .ignoringFields("temperature")
                .isEqualTo(expected);
        if (config.doSample()) {
            assertThat(config.temperature()).isEqualTo(expected.temperature());
        }
    }

    @Test
    void aRowMayHaveASeedOfItsOwn() throws Exception {
        PromptReader json = reader("id INT, prompt STRING, sampling_params STRING");
        for (String seed : List.of("7", "7.0", "\"7\"", "-9223372036854775808", "9223372036854775807")) {
            assertThat(json.read(RowFactory.create(1, utf8("a"), "{\"seed\": " + seed + "}"))
                            .prompt()
                            .seed())
                    .hasValue(new BigDecimal(seed.replace("\"", "")).longValueExact());
        }
        assertThat(json.read(RowFactory.create(1, utf8("a"), "{\"seed\": null}"))
                        .prompt()
                        .seed())
                .isEmpty();
        assertThat(json.read(RowFactory.create(1, utf8("a"), null)).prompt().seed())
                .isEmpty();
        PromptReader map = reader("id INT, prompt STRING, sampling_params MAP<STRING, STRING>");
        assertThat(map.read(RowFactory.create(1, utf8("a"), map("seed", "-3")))
                        .prompt()
                        .seed())
                .hasValue(-3);
        PromptReader struct = reader("id INT, prompt_token_ids ARRAY<INT>, sampling_params STRUCT<seed: BIGINT>");
        Row own = new GenericRowWithSchema(new Object[] {5L}, StructType.fromDDL("seed BIGINT"));
        assertThat(struct.read(RowFactory.create(1, ScalaCollections.rowArray(new Integer[] {1}), own))
                        .prompt()
                        .seed())
                .hasValue(5);
    }

    /** A list has no form of its own in a map of texts. */
    @Test
    void stopInAMapOfTextsIsATextOrAJsonList() throws Exception {
        PromptReader reader = reader("id INT, prompt STRING, sampling_params MAP<STRING, STRING>");
        Map<String, List<String>> meant = new LinkedHashMap<>();
        meant.put("[\"a\"]", List.of("a"));
        meant.put("[\"a\", \"b\\n\"]", List.of("a", "b\n"));
        meant.put(" [\"a\"]\n", List.of("a"));
        meant.put("[]", List.of());
        for (String text : List.of("a", "[", "[a]", "[1]", "[\"a\", 1]", "[\"a\"] b", "\"a\"", "null", " ", "{}")) {
            meant.put(text, List.of(text));
        }
        for (Map.Entry<String, List<String>> entry : meant.entrySet()) {
            for (String key : List.of("stop", "stop_strings")) {
                assertThat(reader.read(RowFactory.create(1, utf8("a"), map(key, entry.getKey())))
                                .prompt()
                                .config()
                                .stop())
                        .as(entry.getKey())
                        .isEqualTo(entry.getValue());
            }
        }
    }

    private static scala.collection.Map<String, String> map(String key, String value) {
        return ScalaCollections.map(Map.of(key, value));
    }

    @Test
    void aLongMessageIsCut() throws Exception {
        PromptReader reader = reader("id INT, prompt STRING, sampling_params STRING");
        ReadRow read = reader.read(RowFactory.create(1, utf8("a"), "{\"top_p\": \"" + "9".repeat(100_000) + "\"}"));

        assertRejected(read, "bad_sampling_params", "top_p must be");
        assertThat(read.problem().what()).hasSizeLessThan(400).endsWith("...");
    }

    @Test
    void settingsThatContradictOneAnotherAreNoRowsFault() {
        GenerationOptions source = GenerationOptions.none().with(GenerationOption.NUM_RETURN_SEQUENCES, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader("id INT, prompt STRING", source))
                .withMessageContaining("greedy search gives one sequence");
    }
}
