package io.promptmill.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 that is refused, not repaired, where it is malformed. */
final class StrictText {
    private StrictText() {}

    /** The remaining bytes as text. */
    static String decode(ByteBuffer utf8) throws CharacterCodingException {
        // A fresh decoder reports what is no UTF-8; Jackson and String would replace it.
        return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    }
}
