package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * A field of {@code tokenizer.json} that holds a part, or a sequence of them, of one of the types that the tokenizers
 * library has for it.
 *
 * @param name of the field
 * @param list the field of a sequence that holds its parts
 * @param types those of version 0.23
 */
record PartField(String name, String list, Set<String> types) {
    private static final String SEQUENCE = "Sequence";

    /** @param types with a space between */
    PartField(String name, String list, String types) {
        this(name, list, Set.of(types.split(" ")));
    }

    static boolean isSequence(JsonObject part) {
        return part.isText(TokenizerPart.TYPE, SEQUENCE);
    }

    /** Whether it holds a sequence of nothing. */
    boolean isEmptySequence(JsonObject root) throws InvalidCheckpointException {
        JsonObject part = root.object(name);
        return isSequence(part) && part.objects(list).isEmpty();
    }

    /** Whether it holds {@code ByteLevel}, or a sequence of that one alone, which is the same. */
    boolean isByteLevel(JsonObject root) throws InvalidCheckpointException {
        JsonObject part = root.object(name);
        while (isSequence(part) && part.objects(list).size() == 1) {
            part = part.objects(list).get(0);
        }
        return part.isText(TokenizerPart.TYPE, ByteLevel.TYPE);
    }

    /**
     * The part, which has to be {@code ByteLevel}.
     *
     * @param unheeded gets the fields that are passed over
     */
    JsonObject byteLevel(JsonObject root, UnheededFields unheeded) throws InvalidCheckpointException {
        JsonObject part = root.object(name);
        while (isSequence(part)) {
            List<JsonObject> parts = part.objects(list);
            if (parts.size() != 1) {
                throw part.unsupported(list, "ByteLevel alone is the only one supported");
            }
            unheeded.addUnknown(part, Set.of(TokenizerPart.TYPE, list));
            part = parts.get(0);
        }
        part.requireText(TokenizerPart.TYPE, ByteLevel.TYPE);
        unheeded.addUnknown(part, ByteLevel.FIELDS);
        return part;
    }

    /**
     * Whether the folder's class has another part instead, of which a user is told. A part that the library cannot read
     * either is refused.
     *
     * @param taken that part
     */
    boolean isReplaced(JsonObject root, String taken, UnheededFields unheeded) throws InvalidCheckpointException {
        if (!unheeded.isReplaced(root, name, taken)) {
            return false;
        }
        if (!root.isAbsent(name)) {
            requireKnown(root.object(name));
        }
        return true;
    }

    private void requireKnown(JsonObject part) throws InvalidCheckpointException {
        if (isSequence(part)) {
            for (JsonObject inner : part.objects(list)) {
                requireKnown(inner);
            }
        } else if (!types.contains(part.text(TokenizerPart.TYPE))) {
            throw part.unsupported(TokenizerPart.TYPE, "the tokenizers library knows no such " + name);
        }
    }
}
