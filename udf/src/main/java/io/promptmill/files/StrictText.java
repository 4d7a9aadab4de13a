package io.promptmill.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 that is refused, not repaired, where it is malformed. */
public final class StrictText {
    private StrictText() {}

    /**
     * The remaining bytes as text.
     *
     * @param file named in the refusal
     */
    public static String decode(ByteBuffer utf8, String file) throws InvalidCheckpointException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw InvalidCheckpointException.damaged(file, "a text in it is not UTF-8");
        }
    }
}
