package io.promptmill.jobs.output;

import io.promptmill.Sha256;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The folder's card as a file. Its last line has the digest of all above, so that a card that somebody has written or
 * corrected is told from one that a run may remove. Stateless.
 */
public final class CardFile {
    /** Its name in the folder, the only one by which Hugging Face's hub finds a card. */
    public static final String NAME = "README.md";

    private static final String LAST_LINE = "\n<!-- Written by Promptmill. SHA-256 of all above: ";
    private static final String END = " -->\n";

    private CardFile() {}

    /** The file's bytes. */
    static byte[] content(String markdown) {
        return signed(markdown).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the file of that name is a card as a run wrote it. */
    static boolean isOurs(OutputFiles files) throws IOException {
        String text = new String(files.read(NAME), StandardCharsets.UTF_8);
        int lastLine = text.lastIndexOf(LAST_LINE);
        return lastLine >= 0 && text.equals(signed(text.substring(0, lastLine)));
    }

    private static String signed(String markdown) {
        return markdown + LAST_LINE + Sha256.ofText(markdown) + END;
    }
}
