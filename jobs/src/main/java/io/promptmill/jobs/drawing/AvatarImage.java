package io.promptmill.jobs.drawing;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/** A picture of a user, given as a file: PNG or JPEG. Immutable. */
public final class AvatarImage {
    /** A picture goes into every drawing that shows the user. */
    public static final int MAX_BYTES = 1 << 20;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    private final String type;
    private final byte[] content;

    private AvatarImage(String type, byte[] content) {
        this.type = type;
        this.content = content;
    }

    /**
     * Takes the content of a file.
     *
     * @throws IOException for what is no such picture or too large; the message goes on from the file's name
     */
    public static AvatarImage of(byte[] content) throws IOException {
        if (content.length > MAX_BYTES) {
            throw new IOException("has " + content.length + " bytes, and an avatar at most " + MAX_BYTES);
        }
        if (begins(content, PNG)) {
            return new AvatarImage("image/png", content.clone());
        }
        if (begins(content, JPEG)) {
            return new AvatarImage("image/jpeg", content.clone());
        }
        throw new IOException("is neither PNG nor JPEG");
    }

    byte[] content() {
        return content.clone();
    }

    String dataUri() {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content);
    }

    private static boolean begins(byte[] content, byte[] magic) {
        return content.length > magic.length && Arrays.equals(content, 0, magic.length, magic, 0, magic.length);
    }
}
