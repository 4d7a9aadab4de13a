package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Problem;
import io.promptmill.PromptResult;
import io.promptmill.spark.rows.PromptReader.ReadRow;
import io.promptmill.spark.seam.ScalaCollections;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
final class RowLogTest {
    private static final Problem PROBLEM = new Problem("too_odd", "what", "why", "remedy");

    @Test
    void aRowIsToldByItsIdItsCodeAndTheLengthAndDigestOfItsPrompt() throws Exception {
        RowLog log = log("prompt STRING", LoggedText.OMITTED);
        assertThat(line(log, "prompt STRING", "a7", utf8("Grüße")))
                .contains("row a7 rejected: too_odd, prompt of 7 bytes with the SHA-256 "
                        + "f83e039796c6453a10f5519e39fd113901572316a1a8ea07cb525d2801dfd074");
        assertThat(line(log, "prompt STRING", "a8", null)).contains("row a8 rejected: too_odd, no prompt");
        assertThat(log.line(read("prompt STRING", "a9", utf8("x")), PromptResult.failed("a9", PROBLEM)))
                .contains("row a9 failed: too_odd, prompt of 1 bytes with the SHA-256 " + PromptDigest.of(utf8("x")));
    }

    @Test
    void whenAskedForItTheBeginningOfAPromptIsToldOnOneLine() throws Exception {
        RowLog log = log("prompt STRING", LoggedText.BEGINNING);
        assertThat(line(log, "prompt STRING", "1\n2", utf8("Grüße\r\n\u001b[31m\u2028\u202e👋")))
                .contains("row 1\\u000a2 rejected: too_odd, prompt of 24 bytes:"
                        + " Grüße\\u000d\\u000a\\u001b[31m\\u2028\\u202e👋");
        assertThat(line(log, "prompt STRING", "3", utf8("👋".repeat(201))))
                .contains("row 3 rejected: too_odd, prompt of 804 bytes: " + "👋".repeat(200));
        assertThat(line(log, "prompt STRING", "4", new byte[] {'a', (byte) 0xff, 'b'}))
                .contains("row 4 rejected: too_odd, prompt of 3 bytes: a\ufffdb");
        assertThat(line(log, "prompt STRING", "5", null)).contains("row 5 rejected: too_odd, no prompt");
    }

    @Test
    void promptsOfTokenIdsAreToldLikewise() throws Exception {
        String column = "prompt_token_ids ARRAY<INT>";
        Object ids = ScalaCollections.rowArray(new Integer[] {5, null, 70});
        assertThat(line(log(column, LoggedText.OMITTED), column, "1", ids))
                .contains("row 1 rejected: too_odd, prompt of 3 token ids with the SHA-256 " + PromptDigest.of(ids));
        assertThat(line(log(column, LoggedText.BEGINNING), column, "1", ids))
                .contains("row 1 rejected: too_odd, prompt of 3 token ids: 5 null 70");
    }

    @Test
    void rowsThatAreOkAreNotToldAndOfManyOthersOnlyTheFirst() throws Exception {
        RowLog log = log("prompt STRING", LoggedText.OMITTED);
        ReadRow read = read("prompt STRING", "1", utf8("x"));
        for (int row = 0; row < RowLog.MAX_ROWS; row++) {
            assertThat(log.line(read, PromptResult.ok("1", 1, List.of()))).isEmpty();
            assertThat(log.line(read, PromptResult.rejected("1", PROBLEM))).isPresent();
        }
        assertThat(log.line(read, PromptResult.rejected("1", PROBLEM)))
                .contains("more rows of this partition are rejected or failed: see the column error of the output");
        assertThat(log.line(read, PromptResult.rejected("1", PROBLEM))).isEmpty();
    }

    private static Optional<String> line(RowLog log, String column, String id, Object prompt) throws Exception {
        return log.line(read(column, id, prompt), PromptResult.rejected(id, PROBLEM));
    }

    private static ReadRow read(String column, String id, Object prompt) throws Exception {
        return new PromptReader(columns(column), List.of()).read(RowFactory.create(id, prompt));
    }

    private static RowLog log(String column, LoggedText text) throws Exception {
        return new RowLog(columns(column), text);
    }

    private static PromptColumns columns(String column) throws Exception {
        return PromptColumns.of(
                StructType.fromDDL("id STRING, " + column),
                "id",
                "prompt",
                OutputLayout.EXPLODED,
                TokenLogprobs.OMITTED);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
