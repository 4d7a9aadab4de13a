package io.promptmill.spark.rows;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text that may not be well-formed UTF-8. Spark and Java would silently replace what is not. Stateless. */
public final class Utf8Text {
    private Utf8Text() {}

    /** The text, or empty where the bytes are not well-formed; nothing is replaced. */
    public static Optional<String> decode(byte[] utf8) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
