package io.promptmill.tokenizer;

/**
 * Text that arrives as UTF-8 in pieces, which may end within a character. The bytes of a character that breaks off become
 * one U+FFFD, as in the native tokenizer, and so does each other byte that is no UTF-8; the JDK's decoder counts
 * differently. Single-threaded.
 */
final class Utf8Stream {
    private static final int FIRST_CONTINUATION = 0x80;
    private static final int LAST_CONTINUATION = 0xBF;

    private final StringBuilder text = new StringBuilder();
    private int codePoint;
    private int missingBytes;
    // Range of the next byte: narrower for the second one, which excludes overlong forms and surrogates.
    private int least;
    private int most;

    /** The text of all complete characters; one that still lacks bytes is no text yet. */
    StringBuilder text() {
        return text;
    }

    /** The text when nothing follows: a character that lacks bytes is U+FFFD. */
    String ended() {
        return missingBytes > 0 ? text + "\uFFFD" : text.toString();
    }

    void append(byte[] bytes) {
        for (byte b : bytes) {
            append(b & 0xFF);
        }
    }

    private void append(int b) {
        if (missingBytes > 0 && b >= least && b <= most) {
            codePoint = (codePoint << 6) | (b & 0x3F);
            least = FIRST_CONTINUATION;
            most = LAST_CONTINUATION;
            if (--missingBytes == 0) {
                text.appendCodePoint(codePoint);
            }
            return;
        }
        if (missingBytes > 0) {
            text.append('\uFFFD');
        }
        begin(b);
    }

    private void begin(int b) {
        missingBytes = 0;
        if (b < 0x80) {
            text.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            expect(1, b & 0x1F, FIRST_CONTINUATION, LAST_CONTINUATION);
        } else if (b >= 0xE0 && b <= 0xEF) {
            expect(2, b & 0x0F, b == 0xE0 ? 0xA0 : FIRST_CONTINUATION, b == 0xED ? 0x9F : LAST_CONTINUATION);
        } else if (b >= 0xF0 && b <= 0xF4) {
            expect(3, b & 0x07, b == 0xF0 ? 0x90 : FIRST_CONTINUATION, b == 0xF4 ? 0x8F : LAST_CONTINUATION);
        } else {
            text.append('\uFFFD');
        }
    }

    private void expect(int bytes, int leadingBits, int leastNext, int mostNext) {
        missingBytes = bytes;
        codePoint = leadingBits;
        least = leastNext;
        most = mostNext;
    }
}
