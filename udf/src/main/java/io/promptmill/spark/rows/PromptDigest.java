package io.promptmill.spark.rows;

import io.promptmill.Sha256;
import java.nio.ByteBuffer;
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
        return Sha256.hex(Sha256.newDigest().digest(prompt instanceof byte[] utf8 ? utf8 : bytes((Seq<?>) prompt)));
    }

    private static byte[] bytes(Seq<?> ids) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(ids.size(), Integer.BYTES));
        for (int i = 0; i < ids.size(); i++) {
            bytes.putInt(ids.apply(i) instanceof Number id ? id.intValue() : -1);
        }
        return bytes.array();
    }
}
