package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * A field of {@code tokenizer.json} for a part of which the tokenizers library has several types: it holds one, or a
 * sequence of them.
 *
 * @param name of the field
 * @param list the field of a sequence that holds its parts
 * @param types those of version 0.23
 */
record PartField(String name, String list, Set<String> types) {
    /** The field of a part that says of which type it is. */
    static final String TYPE = "type";

    private static final String SEQUENCE = "Sequence";

    /** @param types with a space between */
    PartField(String name, String list, String types) {
        this(name, list, Set.of(types.split(" ")));
    }

    static boolean isSequence(JsonObject part) {
        return part.isText(TYPE, SEQUENCE);
    }

    /** Whether it holds a sequence of nothing. */
    boolean isEmptySequence(JsonObject root) throws InvalidCheckpointException {
        JsonObject part = root.object(name);
        return isSequence(part) && part.objects(list).isEmpty();
    }

    /** The part that it holds; of a sequence of one part that one, which is the same. */
    JsonObject alone(JsonObject root) throws InvalidCheckpointException {
        JsonObject part = root.object(name);
        while (isSequence(part)) {
            List<JsonObject> parts = part.objects(list);
            if (parts.size() != 1) {
                return part;
            }
            part = parts.get(0);
        }
        return part;
    }

    /** Notes what is passed over in the sequences around the part that is {@link #alone}. */
    void noteSequences(JsonObject root, UnheededFields unheeded) throws InvalidCheckpointException {
        JsonObject part = root.object(name);
        while (isSequence(part)) {
            unheeded.addUnknown(part, Set.of(TYPE, list));
            part = part.objects(list).get(0);
        }
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
        } else if (!types.contains(part.text(TYPE))) {
            throw part.unsupported(TYPE, "the tokenizers library knows no such " + name);
        }
    }
}
