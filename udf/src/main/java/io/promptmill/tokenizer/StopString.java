package io.promptmill.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * A stop string, searched in bytes that arrive one by one (the algorithm of Knuth, Morris and Pratt). Where a search
 * stands is one number: how many bytes of the string's beginning the last bytes are. Immutable.
 */
final class StopString {
    private final String text;
    private final byte[] bytes;
    /** By number of bytes found: how many of them are a beginning of the string again, apart from all of them. */
    private final int[] shorter;

    StopString(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.shorter = new int[bytes.length + 1];
        for (int i = 1; i < bytes.length; i++) {
            shorter[i + 1] = next(shorter[i], bytes[i]);
        }
    }

    String text() {
        return text;
    }

    /** Number of bytes. */
    int length() {
        return bytes.length;
    }

    /**
     * Where the search stands after one more byte; at {@link #length} the string is found.
     *
     * @param found where it stood
     */
    int next(int found, byte b) {
        int length = found;
        while (length == bytes.length || (length > 0 && bytes[length] != b)) {
            length = shorter[length];
        }
        return bytes[length] == b ? length + 1 : length;
    }
}
