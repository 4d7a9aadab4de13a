package io.promptmill.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Strangers' JSON, read within bounds: size, nesting, no duplicate keys, nothing after the end. */
final class JsonFile {
    /** The largest published byte-level vocabularies make files of about 20 MiB. */
    static final int MAX_BYTES = 32 << 20;

    /** They have about 1.3 million: two for each entry of the vocabulary and four for each merge. */
    static final int MAX_TOKENS = 4_000_000;

    private JsonFile() {}

    /** The object in a file. */
    static JsonNode read(CheckpointFolder folder, String name) throws InvalidCheckpointException, IOException {
        return parse(text(folder, name), MAX_TOKENS, folder.path().resolve(name).toString());
    }

    /** The text of a file that is not larger than {@link #MAX_BYTES}. */
    static String text(CheckpointFolder folder, String name) throws InvalidCheckpointException, IOException {
        Path file = folder.path().resolve(name);
        // A pipe would wait for its writer for ever.
        if (!folder.isFile(name)) {
            throw Refusal.broken(file + " is not a file", "its content cannot be read");
        }
        if (folder.size(name) > MAX_BYTES) {
            throw Refusal.broken(
                    file + " is larger than " + (MAX_BYTES >> 20) + " MiB", "no tokenizer file has that size");
        }
        try {
            // A fresh decoder reports what is no UTF-8; Jackson and String would replace it.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(folder.read(name, MAX_BYTES))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refusal.broken(file + " is no UTF-8 text", "its tokens are not clear", e);
        }
    }

    /**
     * The object in a JSON text.
     *
     * @param maxTokens as {@link StrictJson#tree} counts them
     * @param name of the text in refusals
     */
    static JsonNode parse(String json, int maxTokens, String name) throws InvalidCheckpointException {
        JsonNode root;
        try {
            root = StrictJson.tree(json, maxTokens);
        } catch (JsonProcessingException e) {
            throw Refusal.broken(
                    name + " cannot be read as JSON", InvalidCheckpointException.oneLine(e.getOriginalMessage()), e);
        }
        if (root == null || !root.isObject()) {
            throw Refusal.broken(name + " holds no JSON object", "its content cannot be understood");
        }
        return root;
    }
}
