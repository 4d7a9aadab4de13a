package io.promptmill.jobs.store;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What is to be put as one object.
 *
 * @param file where it lies on this machine
 * @param bytes its size
 * @param md5 its MD5, by which any store checks what arrives, in hexadecimal digits
 * @param sha256 its SHA-256, which goes with the object, in hexadecimal digits
 */
record ObjectContent(Path file, long bytes, String md5, String sha256) {

    static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("S3 needs MD5, and this Java has none", e);
        }
    }

    /** As the header {@code Content-MD5} has it. */
    String contentMd5() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(md5));
    }

    /**
     * Whether a store's tag of an object says that it is this content. It need not, even where it is: of an object that the
     * store has encrypted with a key of a user the tag is no MD5.
     */
    boolean hasTag(String etag) {
        return isMd5(HexFormat.of().parseHex(md5), etag);
    }

    /** Whether a tag is this MD5. */
    static boolean isMd5(byte[] md5, String etag) {
        return etag != null && etag.replace("\"", "").equals(HexFormat.of().formatHex(md5));
    }
}
