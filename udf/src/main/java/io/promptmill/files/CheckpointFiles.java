package io.promptmill.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/**
 * How a checkpoint's files are read and refused: settings of a model or an adapter, indexes of shards, headers of weights.
 * Immutable.
 */
public final class CheckpointFiles implements FileKind {
    /** The kind. */
    public static final FileKind KIND = new CheckpointFiles();

    /** Far above any configuration or shard index of a real model, small enough to hold as a tree. */
    public static final int MAX_BYTES = 4 << 20;

    /** A header of safetensors has 14 for each tensor: five times what a GPT-2 of 1,024 layers needs. */
    private static final int MAX_TOKENS = 1_000_000;

    private CheckpointFiles() {}

    /** The JSON object that a file of a folder holds. */
    public static JsonNode read(CheckpointFolder folder, String name) throws InvalidCheckpointException, IOException {
        return JsonObject.read(folder, name, KIND).node();
    }

    /**
     * The JSON object that a text holds.
     *
     * @param file named in the refusal
     */
    public static JsonNode parse(String text, String file) throws InvalidCheckpointException {
        return JsonObject.parse(text, file, KIND).node();
    }

    /**
     * The remaining bytes as text.
     *
     * @param file named in the refusal
     */
    public static String text(ByteBuffer utf8, String file) throws InvalidCheckpointException {
        try {
            return StrictText.decode(utf8);
        } catch (CharacterCodingException e) {
            throw KIND.notUtf8(file, e);
        }
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public int maxTokens() {
        return MAX_TOKENS;
    }

    @Override
    public String shown(Path file) {
        return file.getFileName().toString();
    }

    @Override
    public InvalidCheckpointException missing(String file) {
        return InvalidCheckpointException.missing(file);
    }

    @Override
    public InvalidCheckpointException tooLarge(String file, long bytes) {
        return InvalidCheckpointException.damaged(
                file, "it has " + bytes + " bytes, more than the allowed " + MAX_BYTES);
    }

    @Override
    public InvalidCheckpointException notUtf8(String file, CharacterCodingException cause) {
        return InvalidCheckpointException.damaged(file, "a text in it is not UTF-8");
    }

    @Override
    public InvalidCheckpointException notJson(String file, JsonProcessingException cause) {
        return InvalidCheckpointException.damaged(
                file,
                cause instanceof JsonEOFException ? "its JSON breaks off" : "its JSON is malformed" + place(cause));
    }

    // Of names that stand twice and of limits Jackson tells more than the place, of single characters less.
    private static String place(JsonProcessingException cause) {
        String said = cause.getOriginalMessage();
        JsonLocation at = cause.getLocation();
        return at == null || cause instanceof StreamConstraintsException || said.startsWith("Duplicate field")
                ? ": " + InvalidCheckpointException.quote(said)
                : " in line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    @Override
    public InvalidCheckpointException notAnObject(String file) {
        return InvalidCheckpointException.damaged(file, "its JSON is not an object");
    }

    @Override
    public InvalidCheckpointException mismatch(String object, String field, String value, String expected) {
        return InvalidCheckpointException.invalid(
                object, field + " must be " + expected + " but is " + InvalidCheckpointException.quote(value));
    }

    @Override
    public InvalidCheckpointException unsupported(String what, String why) {
        return unsupported(what, why, "use a checkpoint without it");
    }

    @Override
    public InvalidCheckpointException unsupported(String what, String why, String remedy) {
        return InvalidCheckpointException.unsupported(what, why, remedy);
    }
}
