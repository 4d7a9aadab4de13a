package io.promptmill.jobs.prepare;

import io.promptmill.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Draws that depend on a post and a seed alone, never on the order in which posts come by. Stateless. */
final class PostHash {
    /** Draws are whole numbers from 0 to below this. */
    static final double RANGE = 0x1p63;

    private PostHash() {}

    /**
     * Whether a post is held out: by the hash of its id or, where it has none, of user and text, so that equal posts are on
     * the same side.
     *
     * @param share of all posts that are
     */
    static boolean isHeldOut(String id, String user, String text, double share) {
        MessageDigest digest = Sha256.newDigest();
        add(digest, id == null ? user + "\n" + text : id);
        return draw(digest) / RANGE < share;
    }

    /** A number that stands for a post. */
    static long of(String user, String id, String text) {
        MessageDigest digest = Sha256.newDigest();
        add(digest, user);
        digest.update((byte) 0);
        add(digest, id == null ? "" : id);
        digest.update((byte) 0);
        add(digest, text);
        return draw(digest);
    }

    /** A draw that is keyed by these numbers. */
    static long draw(long... keys) {
        ByteBuffer bytes = ByteBuffer.allocate(keys.length * Long.BYTES);
        for (long key : keys) {
            bytes.putLong(key);
        }
        MessageDigest digest = Sha256.newDigest();
        digest.update(bytes.flip());
        return draw(digest);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long draw(MessageDigest digest) {
        return ByteBuffer.wrap(digest.digest()).getLong() >>> 1;
    }
}
