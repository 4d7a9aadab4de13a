package io.promptmill;

import java.util.Locale;

/** Numbers of things in messages. Stateless. */
public final class Amount {
    private Amount() {}

    /**
     * A number with what is counted, as English has it: {@code 1 prompt}, {@code 2 prompts}, {@code 1,000 prompts}.
     *
     * @param one the word for one of them, whose plural takes an s
     */
    public static String of(long number, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
    }
}
