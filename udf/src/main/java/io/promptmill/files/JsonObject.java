package io.promptmill.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An object in a stranger's JSON file, asked for fields of a type; a field that is of another type is a refusal. Immutable
 * and thread-safe as long as nobody changes its node.
 *
 * @param node the object
 * @param path where it is: the file as refusals call it, and the fields that lead to the object
 * @param kind of the file
 */
public record JsonObject(JsonNode node, String path, FileKind kind) {
    /** The object that a file holds. */
    public static JsonObject read(CheckpointFolder folder, String name, FileKind kind)
            throws InvalidCheckpointException, IOException {
        return parse(folder.text(name, kind), shown(folder, name, kind), kind);
    }

    /** The object that a file holds, or an empty one where nothing is by that name. */
    public static JsonObject readIfPresent(CheckpointFolder folder, String name, FileKind kind)
            throws InvalidCheckpointException, IOException {
        return folder.has(name)
                ? read(folder, name, kind)
                : new JsonObject(JsonNodeFactory.instance.objectNode(), shown(folder, name, kind), kind);
    }

    private static String shown(CheckpointFolder folder, String name, FileKind kind) {
        return kind.shown(folder.path().resolve(name));
    }

    /**
     * The object that a text holds.
     *
     * @param path of the text in refusals
     */
    public static JsonObject parse(String text, String path, FileKind kind) throws InvalidCheckpointException {
        JsonNode root;
        try {
            root = StrictJson.tree(text, kind.maxTokens());
        } catch (JsonProcessingException e) {
            throw kind.notJson(path, e);
        }
        if (root == null || !root.isObject()) {
            throw kind.notAnObject(path);
        }
        return new JsonObject(root, path, kind);
    }

    /** An object within this one, which a field or a part of it holds. */
    public JsonObject within(JsonNode object, String field) {
        return new JsonObject(object, place(field), kind);
    }

    /** Whether the field is there, null or not. */
    public boolean has(String field) {
        return node.has(field);
    }

    /** The names of its fields. */
    public Iterator<String> names() {
        return node.fieldNames();
    }

    /** Whether the field is not there or null. */
    public boolean isAbsent(String field) {
        return !node.hasNonNull(field);
    }

    /** Whether the field is that text. */
    public boolean isText(String field, String expected) {
        return expected.equals(node.path(field).textValue());
    }

    /** The object in a field. */
    public JsonObject object(String field) throws InvalidCheckpointException {
        return within(typed(field, node.path(field).isObject(), "an object"), field);
    }

    /** The list in a field. */
    public JsonNode array(String field) throws InvalidCheckpointException {
        return typed(field, node.path(field).isArray(), "a list");
    }

    /** The objects of the list in a field. */
    public List<JsonObject> objects(String field) throws InvalidCheckpointException {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonNode element : array(field)) {
            typed(field, element.isObject(), "a list of objects");
            objects.add(new JsonObject(element, path + ": " + field + "[" + objects.size() + "]", kind));
        }
        return objects;
    }

    /** The text in a field. */
    public String text(String field) throws InvalidCheckpointException {
        return typed(field, node.path(field).isTextual(), "a text").textValue();
    }

    /** The text in a field, or another one where it is absent. */
    public String text(String field, String otherwise) throws InvalidCheckpointException {
        return isAbsent(field) ? otherwise : text(field);
    }

    /** The whole number in a field. */
    public int integer(String field) throws InvalidCheckpointException {
        return integer(field, "a whole number of 32 bits");
    }

    /** A token id; whether it is in range depends on the vocabulary. */
    public int id(String field) throws InvalidCheckpointException {
        return integer(field, "a token id");
    }

    /** A token id that may be any whole number from 0. */
    public int idFromZero(String field) throws InvalidCheckpointException {
        int id = id(field);
        typed(field, id >= 0, "a token id");
        return id;
    }

    private int integer(String field, String expected) throws InvalidCheckpointException {
        JsonNode value = node.path(field);
        return typed(field, value.isIntegralNumber() && value.canConvertToInt(), expected)
                .intValue();
    }

    /** The number in a field, or another one where it is absent. */
    public double number(String field, double otherwise) throws InvalidCheckpointException {
        return isAbsent(field)
                ? otherwise
                : typed(field, node.path(field).isNumber(), "a number").doubleValue();
    }

    /** The boolean in a field, or another one where it is absent. */
    public boolean flag(String field, boolean otherwise) throws InvalidCheckpointException {
        return isAbsent(field)
                ? otherwise
                : typed(field, node.path(field).isBoolean(), "true or false").booleanValue();
    }

    private JsonNode typed(String field, boolean holds, String expected) throws InvalidCheckpointException {
        if (!holds) {
            throw mismatch(field, expected);
        }
        return node.path(field);
    }

    /** Refuses a field that is not that text. */
    public void requireText(String field, String expected) throws InvalidCheckpointException {
        if (!isText(field, expected)) {
            throw unsupported(field, expected + " is the only one supported");
        }
    }

    /** Refuses a field of another name, and says why. */
    public void allowOnly(Set<String> fields, String why) throws InvalidCheckpointException {
        for (Iterator<String> names = names(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw unsupported(name, why);
            }
        }
    }

    /** Where a field is and what it is, in one short line. */
    public String said(String field) {
        return place(field) + " is " + InvalidCheckpointException.oneLine(json(field));
    }

    /** The refusal of a field that is not what it has to be, such as {@code "a text"}. */
    public InvalidCheckpointException mismatch(String field, String expected) {
        return kind.mismatch(path, field, json(field), expected);
    }

    /** The refusal of a value that is not supported. */
    public InvalidCheckpointException unsupported(String field, String why) {
        return kind.unsupported(said(field), why);
    }

    /** As {@link #unsupported(String, String)}, with a remedy of its own. */
    public InvalidCheckpointException unsupported(String field, String why, String remedy) {
        return kind.unsupported(said(field), why, remedy);
    }

    /** A field may be a stranger's token. */
    private String place(String field) {
        return path + ": " + InvalidCheckpointException.oneLine(field);
    }

    private String json(String field) {
        return node.has(field) ? node.get(field).toString() : "missing";
    }
}
