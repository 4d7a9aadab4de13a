package io.promptmill;

/** Halves of surrogate pairs without their other half: Java strings may hold them, Unicode text may not. */
public final class Surrogates {
    private Surrogates() {}

    /** Where the first lone surrogate is, or -1. */
    public static int firstLone(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isSurrogate(character)) {
                boolean paired = i + 1 < text.length() && Character.isSurrogatePair(character, text.charAt(i + 1));
                if (!paired) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
