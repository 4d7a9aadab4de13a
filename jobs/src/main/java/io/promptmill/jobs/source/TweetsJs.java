package io.promptmill.jobs.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The tweets of X's archive: {@code window.YTD.tweets.part0 = [ {"tweet": {…}}, … ]}. Its flag {@code retweeted} is false
 * for retweets, too, and is not read. Whose tweets they are stands in another file.
 */
final class TweetsJs implements RowReader {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonText.STRICT);

    /** The beginning of all files of the archive, up to their value. */
    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*window\\.YTD\\.\\w+\\.part\\d+\\s*=");

    private static final int LONGEST_ASSIGNMENT = 200;

    private final JsonParser parser;
    private final WantedColumns wanted;
    private final Map<String, String> account;
    private final Set<String> keys;
    private long number;

    /** The tweets; {@code account} are the columns that all of them have. */
    TweetsJs(InputStream in, WantedColumns wanted, Map<String, String> account) throws IOException {
        this.wanted = wanted;
        this.account = account;
        this.keys = new TreeSet<>(account.keySet());
        this.parser = value(in);
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new DamagedSourceException("its value is no list");
        }
    }

    /** The columns {@code user} and {@code name}, as {@code account.js} tells them. */
    static Map<String, String> account(InputStream accountFile) throws IOException {
        try (JsonParser parser = value(accountFile)) {
            JsonNode root = MAPPER.readTree(parser);
            JsonNode account = root.path(0).path("account");
            Map<String, String> columns = new HashMap<>();
            putText(columns, "user", account.path("username"));
            putText(columns, "name", account.path("accountDisplayName"));
            return columns;
        }
    }

    @Override
    public Optional<SourceRow> next() throws IOException {
        try {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                return Optional.empty();
            }
            JsonNode element = MAPPER.readTree(parser);
            SourceRow row = row(element.has("tweet") ? element.get("tweet") : element);
            number++;
            return Optional.of(row);
        } catch (CharacterCodingException e) {
            throw new DamagedSourceException("it holds " + Lines.NOT_UTF8);
        } catch (JsonProcessingException e) {
            throw new DamagedSourceException("it breaks off or is malformed behind row " + number);
        }
    }

    private SourceRow row(JsonNode tweet) {
        JsonNode text = tweet.path(tweet.has("full_text") ? "full_text" : "text");
        if (!text.isTextual()) {
            return SourceRow.bad(number, "no tweet with a full_text");
        }
        Map<String, String> values = new HashMap<>();
        values.put(wanted.lineKey(), text.textValue());
        putText(values, "id", tweet.path(tweet.has("id_str") ? "id_str" : "id"));
        putText(values, "lang", tweet.path("lang"));
        account.forEach(values::put);
        keys.addAll(values.keySet());
        return SourceRow.of(number, values);
    }

    private static void putText(Map<String, String> values, String key, JsonNode value) {
        if (value.isValueNode() && !value.isNull()) {
            values.put(key, value.asText());
        }
    }

    private static JsonParser value(InputStream in) throws IOException {
        // A decoder of its own reports what is no UTF-8.
        Reader reader = new InputStreamReader(Lines.withoutByteOrderMark(in), StandardCharsets.UTF_8.newDecoder());
        StringBuilder head = new StringBuilder();
        for (int next = reader.read(); next >= 0 && next != '='; next = reader.read()) {
            head.append((char) next);
            if (head.length() > LONGEST_ASSIGNMENT) {
                break;
            }
        }
        if (!ASSIGNMENT.matcher(head.append('=')).matches()) {
            throw new DamagedSourceException("it does not begin with window.YTD.tweets.part0 =");
        }
        return JsonText.STRICT.createParser(reader);
    }

    @Override
    public Set<String> columns() {
        return Collections.unmodifiableSet(keys);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
