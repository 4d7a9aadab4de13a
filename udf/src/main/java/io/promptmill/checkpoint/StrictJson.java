package io.promptmill.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** JSON of strangers: one object, bounded in size and depth, no key twice (parsers differ in which one wins). */
final class StrictJson {
    /** Far above any configuration or shard index of a real model, small enough to hold as a tree. */
    static final int MAX_BYTES = 8 << 20;

    private static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Names of strangers would stay in the JVM's string table.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** The object that a file holds. */
    static JsonNode read(Path path) throws InvalidCheckpointException, IOException {
        try (CheckedFile file = CheckedFile.open(path)) {
            if (file.size() > MAX_BYTES) {
                throw file.damaged("it has " + file.size() + " bytes, more than the allowed " + MAX_BYTES);
            }
            ByteBuffer bytes = file.read(0, (int) file.size());
            return parse(StrictText.decode(bytes, file.name()), file.name());
        }
    }

    /**
     * The object that a text holds.
     *
     * @param file named in the refusal
     */
    static JsonNode parse(String text, String file) throws InvalidCheckpointException {
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw InvalidCheckpointException.damaged(
                    file, "its JSON is malformed: " + InvalidCheckpointException.quote(e.getOriginalMessage()));
        }
        if (!root.isObject()) {
            throw InvalidCheckpointException.damaged(file, "its JSON is not an object");
        }
        return root;
    }

    /** A value as plain Java: number, text, boolean, list, map or null. */
    static Object value(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }
}
