package io.promptmill;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java platform has, and how its digests are written. Stateless. */
public final class Sha256 {
    private Sha256() {}

    /** A digest of nothing yet. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** A digest in lower-case hexadecimal digits. */
    public static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** A digest of the same bytes so far, which goes on by itself. */
    public static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("Java's SHA-256 can be copied", e);
        }
    }

    /** The digest of a text's UTF-8 form in hexadecimal digits. */
    public static String ofText(String text) {
        return ofBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest of these bytes in hexadecimal digits. */
    public static String ofBytes(byte[] bytes) {
        return hex(newDigest().digest(bytes));
    }

    /** The digest of what a stream gives, in hexadecimal digits; the stream is closed. */
    public static String ofStream(InputStream stream) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = stream) {
            byte[] block = new byte[1 << 16];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
            }
        }
        return hex(digest.digest());
    }
}
