package io.promptmill.jobs.drawing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A picture of a user, given as a file: PNG or JPEG. Immutable. */
public final class AvatarImage {
    /** A picture goes into every drawing that shows the user. */
    public static final int MAX_BYTES = 1 << 20;

    /** A small file can hold a picture that takes gigabytes in memory. */
    private static final long MAX_PIXELS = 1 << 24;

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

    /**
     * Reads the whole picture, as drawings do.
     *
     * @throws IOException for one that is damaged, of a kind that Java cannot read, or too large; the message goes on from
     *     the file's name
     */
    public void check() throws IOException {
        long pixels;
        try {
            pixels = read();
        } catch (IOException | RuntimeException e) { // readers throw many kinds for a damaged picture
            throw new IOException("cannot be read (" + e.getMessage() + ")", e);
        }
        if (pixels > MAX_PIXELS) {
            throw new IOException("has " + pixels + " pixels, and an avatar at most " + MAX_PIXELS);
        }
    }

    /** The number of its pixels, which were read if they are not too many. */
    private long read() throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
            ImageReader reader = ImageIO.getImageReaders(in).next();
            try {
                reader.setInput(in);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels <= MAX_PIXELS) {
                    var unused = reader.read(0);
                }
                return pixels;
            } finally {
                reader.dispose();
            }
        }
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
