package io.promptmill.jobs.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.input.FolderColumns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each format's rows, good and bad, from bytes. */
class RowReaderTest {
    private static final WantedColumns WANTED =
            new WantedColumns(Map.of("user", "user", "text", "text", "post id", "id", "is_retweet", "flag"), "text");

    @TempDir
    Path folder;

    @Test
    void aLineOfTextIsARow() throws IOException {
        assertThat(rows("a.txt", bytes("\uFEFFfirst\r\n\nthird \u00e9\n", new byte[] {(byte) 0xC3, '\n'}, "last")))
                .containsExactly(
                        SourceRow.of(0, Map.of("text", "first")),
                        SourceRow.of(1, Map.of("text", "")),
                        SourceRow.of(2, Map.of("text", "third \u00e9")),
                        SourceRow.bad(3, "bytes that are not UTF-8"),
                        SourceRow.of(4, Map.of("text", "last")));
    }

    @Test
    void aLineThatIsTooLongIsABadRowAndTheNextIsRead() throws IOException {
        assertThat(rows("a.txt", bytes("x".repeat(Lines.MAX_BYTES + 5) + "\nnext\n")))
                .containsExactly(
                        SourceRow.bad(0, "a line of more than 16 MiB"), SourceRow.of(1, Map.of("text", "next")));
    }

    @Test
    void aLineOfJsonIsARowWhoseNumberIsThatOfTheLine() throws IOException {
        String lines =
                """
                {"User": "a", "text": "one", "post id": 12345678901234567890, "other": [1, {"x": null}]}

                {"user": null, "text": "t\\u00e9\\n", "is_retweet": true}
                {"text": "list", "user": ["a", 1], "post id": 1.50}
                {"text": [{"role": "user", "content": "secret"}], "user": "a"}
                """;
        assertThat(rows("a.jsonl", bytes(lines)))
                .containsExactly(
                        SourceRow.of(0, Map.of("user", "a", "text", "one", "id", "12345678901234567890")),
                        SourceRow.of(2, values("user", null, "text", "t\u00e9\n", "flag", "true")),
                        SourceRow.of(3, Map.of("text", "list", "user", "[\"a\",1]", "id", "1.50")),
                        SourceRow.bad(4, "a list or an object in the column text"));
    }

    @Test
    void lineOfJsonThatIsNoObjectIsABadRowThatShowsNothingOfIt() throws IOException {
        String lines =
                """
                {"text": "good"}
                {"text": "cut off
                [1]
                {"secret": "x
                {"text": "a"} {"text": "b"}
                {"text": "a", "text": "b"}
                {"text": "a", "TEXT": "b"}
                {"text": "\\ud83d alone"}
                """;
        assertThat(rows("a.ndjson", bytes(lines, new byte[] {'{', (byte) 0xFF, '}'})))
                .containsExactly(
                        SourceRow.of(0, Map.of("text", "good")),
                        SourceRow.bad(1, "malformed JSON at column 18"),
                        SourceRow.bad(2, "no JSON object"),
                        SourceRow.bad(3, "malformed JSON at column 14"),
                        SourceRow.bad(4, "something behind the JSON object"),
                        SourceRow.bad(5, "malformed JSON at column 21"),
                        SourceRow.bad(6, "two fields for the column text"),
                        SourceRow.bad(7, "half a surrogate pair in the column text"),
                        SourceRow.bad(8, "bytes that are not UTF-8"));
    }

    @Test
    void fieldsOfCsvMayHoldCommasQuotesAndLineBreaks() throws IOException {
        String csv = "\uFEFFpost id,TEXT,user,other\r\n"
                + "1,\"one, two\r\n\"\"three\"\"\n\",a,\r\n"
                + "2, # plain ,\"\",x\n"
                + "\r\n"
                + "3,,b,\"last\"";
        assertThat(rows("a.csv", bytes(csv)))
                .containsExactly(
                        SourceRow.of(0, Map.of("id", "1", "text", "one, two\r\n\"three\"\n", "user", "a")),
                        SourceRow.of(1, Map.of("id", "2", "text", " # plain ", "user", "")),
                        SourceRow.of(2, Map.of("id", "3", "user", "b")));
    }

    @Test
    void aRowOfCsvWithAnotherNumberOfFieldsIsBadAndSoAreBytesThatAreNoText() throws IOException {
        assertThat(rows("a.csv", bytes("text,user\none\n1,2,3\n", new byte[] {(byte) 0xE9, ',', 'a', '\n'}, "x,y\n")))
                .containsExactly(
                        SourceRow.bad(0, "1 field where the header has 2"),
                        SourceRow.bad(1, "3 fields where the header has 2"),
                        SourceRow.bad(2, "bytes that are not UTF-8"),
                        SourceRow.of(3, Map.of("text", "x", "user", "y")));
    }

    @Test
    void csvWhoseQuotesAreBrokenCannotBeReadOn() {
        damaged(
                "a.csv",
                bytes("text\ngood\n\"a\"b\n"),
                "in row 1 something stands between a closing quote and the next comma");
        damaged("a.csv", bytes("text\na\"b\n"), "in row 0 a quote stands inside a field that does not begin with one");
        damaged("a.csv", bytes("text\ngood\n\"never closed\n"), "in row 1 a quote is not closed");
        damaged(
                "a.csv",
                bytes("text\ngood\n\"never closed\n".concat("x\n".repeat(9_000_000))),
                "in row 1 a record has more than 16 MiB, a quote may not be closed");
        damaged("a.csv", bytes("text,Text\ngood\n"), "its header has two columns Text");
    }

    @Test
    void tweetsOfAnArchiveHaveTheUserOfItsAccount() throws IOException {
        Files.writeString(
                folder.resolve("account.js"),
                "window.YTD.account.part0 = [ {\"account\": {\"username\": \"Alice\", \"accountDisplayName\": \"Al | ice\"}} ]");
        String tweets =
                """
                window.YTD.tweets.part0 = [ {
                  "tweet" : {"retweeted": false, "full_text": "RT @bob: yes", "id_str": "17", "lang": "en"}
                }, {"tweet": {"id": "18", "entities": {"urls": []}}},
                {"full_text": "old form", "id": 19} ]""";
        assertThat(rows("tweets.js", bytes(tweets)))
                .containsExactly(
                        SourceRow.of(
                                0,
                                Map.of(
                                        "text",
                                        "RT @bob: yes",
                                        "id",
                                        "17",
                                        "lang",
                                        "en",
                                        "user",
                                        "Alice",
                                        "name",
                                        "Al | ice")),
                        SourceRow.bad(1, "no tweet with a full_text"),
                        SourceRow.of(2, Map.of("text", "old form", "id", "19", "user", "Alice", "name", "Al | ice")));
    }

    @Test
    void anArchiveThatIsCutOffCannotBeReadOn() throws IOException {
        damaged(
                "a.js",
                bytes("window.YTD.tweets.part0 = [ {\"full_text\": \"a\"}, {"),
                "it breaks off or is malformed behind row 1");
        damaged(
                "a.js",
                bytes(
                        "window.YTD.tweets.part0 = [ {\"full_text\": \"a\"}, {\"full_text\": \"",
                        new byte[] {(byte) 0xFF, '"'}),
                "it holds bytes that are not UTF-8");
        damaged("a.js", bytes("window.YTD.tweets.part0 = {}"), "its value is no list");
        damaged("a.js", bytes("alert('x')"), "it does not begin with window.YTD.tweets.part0 =");
        Files.writeString(folder.resolve("account.js"), "window.YTD.account.part0 = [ {");
        damaged("a.js", bytes("window.YTD.tweets.part0 = []"), "account.js beside it is damaged");
    }

    private void damaged(String name, byte[] content, String why) {
        assertThatThrownBy(() -> rows(name, content))
                .isInstanceOf(DamagedSourceException.class)
                .hasMessage(why);
    }

    private List<SourceRow> rows(String name, byte[] content) throws IOException {
        Path path = Files.write(folder.resolve(name), content);
        SourceFile file = new SourceFile(
                name,
                SourceFormat.ofName(name).orElseThrow(),
                path.toUri().toString(),
                content.length,
                0,
                FolderColumns.NONE);
        Configuration hadoop = new Configuration();
        List<SourceRow> rows = new ArrayList<>();
        try (InputStream in = RowReaders.bytes(file, hadoop);
                RowReader reader = RowReaders.open(file, in, WANTED, hadoop)) {
            for (Optional<SourceRow> row = reader.next(); row.isPresent(); row = reader.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }

    private static Map<String, String> values(String... keysAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return values;
    }

    /** Texts in UTF-8 and bytes, one after the other. */
    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : parts) {
            all.writeBytes(part instanceof byte[] raw ? raw : ((String) part).getBytes(UTF_8));
        }
        return all.toByteArray();
    }
}
