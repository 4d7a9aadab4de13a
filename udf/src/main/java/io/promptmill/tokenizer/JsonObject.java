package io.promptmill.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An object in a tokenizer file, asked for fields of a type; a field that is not of it is a refusal.
 *
 * @param node the object
 * @param path where it is: the file's name and the fields that lead to it
 */
record JsonObject(JsonNode node, String path) {
    static final String TOKENIZE_ELSEWHERE = "give prompt_token_ids that its own tokenizer made";
    static final String OTHER_TOKENIZER =
            TOKENIZE_ELSEWHERE + ", or use a checkpoint with GPT-2's kind of tokenizer (byte-level BPE)";

    boolean has(String field) {
        return node.has(field);
    }

    Iterator<String> names() {
        return node.fieldNames();
    }

    /** Whether the field is not there or null. */
    boolean isAbsent(String field) {
        return !node.hasNonNull(field);
    }

    boolean isText(String field, String expected) {
        return expected.equals(node.path(field).textValue());
    }

    JsonObject object(String field) throws InvalidCheckpointException {
        JsonNode value = node.path(field);
        if (!value.isObject()) {
            throw malformed(field, "an object is needed");
        }
        return new JsonObject(value, place(field));
    }

    JsonNode array(String field) throws InvalidCheckpointException {
        JsonNode value = node.path(field);
        if (!value.isArray()) {
            throw malformed(field, "a list is needed");
        }
        return value;
    }

    List<JsonObject> objects(String field) throws InvalidCheckpointException {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonNode element : array(field)) {
            if (!element.isObject()) {
                throw malformed(field, "a list of objects is needed");
            }
            objects.add(new JsonObject(element, path + ": " + field + "[" + objects.size() + "]"));
        }
        return objects;
    }

    String text(String field) throws InvalidCheckpointException {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw malformed(field, "a text is needed");
        }
        return value.textValue();
    }

    /** A token id; whether it is in range depends on the vocabulary. */
    int id(String field) throws InvalidCheckpointException {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw malformed(field, "a token id is needed");
        }
        return value.intValue();
    }

    /** A token id that may be any whole number from 0. */
    int idFromZero(String field) throws InvalidCheckpointException {
        int id = id(field);
        if (id < 0) {
            throw malformed(field, "a token id is needed");
        }
        return id;
    }

    boolean flag(String field, boolean otherwise) throws InvalidCheckpointException {
        JsonNode value = node.path(field);
        if (isAbsent(field)) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw malformed(field, "true or false is needed");
        }
        return value.booleanValue();
    }

    void requireText(String field, String expected) throws InvalidCheckpointException {
        if (!isText(field, expected)) {
            throw unsupported(field, expected + " is the only one supported");
        }
    }

    void allowOnly(Set<String> fields) throws InvalidCheckpointException {
        for (Iterator<String> names = names(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw unsupported(name, "the field is not known and may change the ids");
            }
        }
    }

    /** Where a field is and what it is, in one short line. */
    String said(String field) {
        return place(field) + " is " + shown(field);
    }

    InvalidCheckpointException malformed(String field, String why) {
        return Refusal.broken(said(field), why);
    }

    InvalidCheckpointException unsupported(String field, String why) {
        return unsupported(field, why, OTHER_TOKENIZER);
    }

    InvalidCheckpointException unsupported(String field, String why, String remedy) {
        return Refusal.unsupported(said(field), why, remedy);
    }

    /** A field may be a stranger's token. */
    private String place(String field) {
        return path + ": " + InvalidCheckpointException.oneLine(field);
    }

    private String shown(String field) {
        return node.has(field)
                ? InvalidCheckpointException.oneLine(node.get(field).toString())
                : "missing";
    }
}
