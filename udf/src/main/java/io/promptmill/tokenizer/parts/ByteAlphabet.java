package io.promptmill.tokenizer.parts;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The 256 characters by which byte-level vocabularies write bytes. A byte that is a printable character of Latin-1
 * stands for itself, the others follow from U+0100 on in their order: a space is U+0120.
 */
final class ByteAlphabet {
    private static final char[] CHARACTER_OF_BYTE = new char[256];
    private static final int[] BYTE_OF_CHARACTER = new int[512];

    static {
        Arrays.fill(BYTE_OF_CHARACTER, -1);
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            char character = isPrintable(b) ? (char) b : next++;
            CHARACTER_OF_BYTE[b] = character;
            BYTE_OF_CHARACTER[character] = b;
        }
    }

    private ByteAlphabet() {}

    /** The character that stands for a byte, 0 to 255. */
    static char character(int unsignedByte) {
        return CHARACTER_OF_BYTE[unsignedByte];
    }

    /** The bytes a token stands for: its own UTF-8 where it has a character that stands for no byte. */
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char character = token.charAt(i);
            int b = character < BYTE_OF_CHARACTER.length ? BYTE_OF_CHARACTER[character] : -1;
            if (b < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }

    private static boolean isPrintable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE);
    }
}
