package io.promptmill.hub;

import io.promptmill.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A file in a repository of the hub.
 *
 * @param name in the repository
 * @param digest SHA-256 of its content where it is in Git LFS, otherwise SHA-1 of its Git object, in hexadecimal digits;
 *     also the name of its blob in the cache
 * @param bytes its length
 */
record RemoteFile(String name, String digest, long bytes) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int SHA256_DIGITS = 64;
    private static final int BUFFER = 1 << 16;

    /** Whether a text is a digest of one of the two kinds. */
    static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    /** Whether a file on this machine has this content. */
    boolean isIn(Path file) throws IOException {
        return Files.size(file) == bytes && digest(file).equals(digest);
    }

    /** Bytes as messages tell them. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f", bytes / 1e6);
    }

    private String digest(Path file) throws IOException {
        MessageDigest content = digest.length() == SHA256_DIGITS ? Sha256.newDigest() : newGitObject();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                content.update(buffer, 0, read);
            }
        }
        return Sha256.hex(content.digest());
    }

    /** "Git Objects" of Pro Git: the digest is over a header and the content. */
    private MessageDigest newGitObject() {
        try {
            MessageDigest object = MessageDigest.getInstance("SHA-1");
            object.update(("blob " + bytes + "\0").getBytes(StandardCharsets.US_ASCII));
            return object;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
