package io.promptmill.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptmill.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Strangers' JSON, read within bounds: size, nesting, no duplicate keys, nothing after the end. */
final class JsonFile {
    /** The largest published byte-level vocabularies make files of about 20 MiB. */
    static final int MAX_BYTES = 64 << 20;

    private static final int MAX_NESTING = 32;

    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonFile() {}

    /** The object in a file. */
    static JsonNode read(Path file) throws InvalidCheckpointException, IOException {
        return parse(bytes(file), file.toString());
    }

    /** The content of a file that is not larger than {@link #MAX_BYTES}. */
    static byte[] bytes(Path file) throws InvalidCheckpointException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            // Not by the file's size: it may grow, and a pipe has none.
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw Refusal.broken(
                        file + " is larger than " + (MAX_BYTES >> 20) + " MiB", "no tokenizer file has that size");
            }
            return content;
        }
    }

    /**
     * The object in a JSON text.
     *
     * @param name of the text in refusals
     */
    static JsonNode parse(byte[] json, String name) throws InvalidCheckpointException, IOException {
        try {
            JsonNode root = STRICT.readTree(json);
            if (!root.isObject()) {
                throw Refusal.broken(name + " holds no JSON object", "its content cannot be understood");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw Refusal.broken(name + " cannot be read as JSON", e.getOriginalMessage(), e);
        }
    }
}
