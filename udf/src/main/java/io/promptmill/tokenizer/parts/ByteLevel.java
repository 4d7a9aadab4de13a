package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.io.IOException;
import java.util.Set;

/**
 * The type {@code ByteLevel} of the tokenizers library. As a pre-tokenizer it splits text into words and writes their bytes
 * in the {@link ByteAlphabet}, as a decoder it reads that again.
 *
 * @param addPrefixSpace text that does not begin with a space is given one
 * @param useRegex text is split by GPT-2's pattern, or else not at all
 */
public record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer, Decoder {
    /** The field that says whether a text is given a space. */
    public static final String ADD_PREFIX_SPACE = "add_prefix_space";

    static final String TYPE = "ByteLevel";
    static final String USE_REGEX = "use_regex";
    private static final String TRIM_OFFSETS = "trim_offsets";

    /** Of each part of this type. */
    static final Set<String> FIELDS = Set.of(PartField.TYPE, ADD_PREFIX_SPACE, TRIM_OFFSETS, USE_REGEX);

    /** As a decoder it has no settings. */
    static final ByteLevel DECODER = new ByteLevel(true, true);

    /** Whether a field holds a part of this type. */
    static boolean isHeldBy(PartField field, JsonObject root) throws InvalidCheckpointException {
        return field.alone(root).isText(PartField.TYPE, TYPE);
    }

    /**
     * The object in a field, which has to be of this type.
     *
     * @param unheeded gets the fields that are passed over
     */
    static JsonObject object(PartField field, JsonObject root, UnheededFields unheeded)
            throws InvalidCheckpointException {
        JsonObject part = field.alone(root);
        if (PartField.isSequence(part)) {
            throw part.unsupported(field.list(), TYPE + " alone is the only one supported");
        }
        part.requireText(PartField.TYPE, TYPE);
        field.noteSequences(root, unheeded);
        unheeded.addUnknown(part, FIELDS);
        return part;
    }

    /** The pre-tokenizer that an object of this type is. */
    static ByteLevel read(JsonObject part) throws InvalidCheckpointException {
        return new ByteLevel(part.flag(ADD_PREFIX_SPACE, true), part.flag(USE_REGEX, true));
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(PartField.TYPE, TYPE);
        json.writeBooleanField(ADD_PREFIX_SPACE, addPrefixSpace);
        json.writeBooleanField(TRIM_OFFSETS, true);
        json.writeBooleanField(USE_REGEX, useRegex);
        json.writeEndObject();
    }

    @Override
    public byte[] bytes(String token) {
        return ByteAlphabet.bytes(token);
    }
}
