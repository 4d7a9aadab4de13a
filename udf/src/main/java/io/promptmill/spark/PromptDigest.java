package io.promptmill.spark;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import scala.collection.Seq;

/** The key of a prompt that has no id: equal prompts have equal keys. */
final class PromptDigest {
    private PromptDigest() {}

    /**
     * SHA-256 in hexadecimal digits, or null for a prompt that is null.
     *
     * @param prompt UTF-8 bytes, or a sequence of token ids of any type, of which nulls count as -1
     */
    static String of(Object prompt) {
        if (prompt == null) {
            return null;
        }
        return hex(sha256().digest(prompt instanceof byte[] utf8 ? utf8 : bytes((Seq<?>) prompt)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static byte[] bytes(Seq<?> ids) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(ids.size(), Integer.BYTES));
        for (int i = 0; i < ids.size(); i++) {
            bytes.putInt(ids.apply(i) instanceof Number id ? id.intValue() : -1);
        }
        return bytes.array();
    }
}
