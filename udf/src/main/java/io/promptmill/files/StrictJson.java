package io.promptmill.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON of strangers, read within limits of size and depth. No key stands twice, since parsers differ in which one wins, and
 * nothing behind the end. A tree takes up to 50 bytes of memory for each token, so that {@code {},{},{}} would take 30
 * times its size in the file: tokens are counted while they are read. Thread-safe.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // A table of names that strangers chose: it only grows, and fails when many collide.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /**
     * The value that a text holds, or null where it holds none.
     *
     * @param maxTokens names, values, and ends of lists and objects, as Jackson counts them
     * @throws JsonProcessingException when it is malformed or has more of them, deeper ones or a key twice
     */
    public static JsonNode tree(String text, int maxTokens) throws JsonProcessingException {
        try (JsonParser parser = new CountedParser(MAPPER.createParser(text), maxTokens)) {
            return MAPPER.reader().readTree(parser);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    /** A value as plain Java: number, text, boolean, list, map or null. */
    public static Object value(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }

    /** Whether a field has that value, or none at all. */
    public static boolean isUnsetOr(Object neutral, JsonNode value) {
        if (value.isContainerNode()) {
            return value.isEmpty();
        }
        return value.isNull()
                || (neutral instanceof Boolean flag && value.isBoolean() && value.booleanValue() == flag)
                || (neutral instanceof Integer number && value.isNumber() && value.doubleValue() == number);
    }

    /** Refuses more tokens than are allowed. */
    private static final class CountedParser extends JsonParserDelegate {
        private final int maxTokens;
        private int tokens;

        CountedParser(JsonParser parser, int maxTokens) {
            super(parser);
            this.maxTokens = maxTokens;
        }

        @Override
        public JsonToken nextToken() throws IOException {
            if (tokens++ == maxTokens) {
                throw new StreamConstraintsException("it has more than " + maxTokens + " JSON tokens");
            }
            return super.nextToken();
        }
    }
}
