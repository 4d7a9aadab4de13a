package io.promptmill.jobs.prepare;

import java.util.Arrays;
import java.util.Locale;

/** Why a post is not in the training texts, or that it is; the first that holds, in this order. */
enum Reason {
    /** The row cannot be read, or lacks a user or a text. */
    BAD,
    /** The user, or the post's id, is on the list of those who opted out. */
    OPTED_OUT,
    /** It repeats a post of somebody else. */
    RETWEETS,
    /** It is not in one of the wanted languages. */
    OTHER_LANGUAGE,
    /** It has too few words. */
    SHORT,
    /** A post that is equal is kept. */
    DUPLICATES,
    /** Its user has too few characters. */
    SMALL_USER,
    /** It is in the training texts, or held out. */
    KEPT;

    /** As a column or a value is called: {@code opted_out}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reason that is called so. */
    static Reason of(String word) {
        return Arrays.stream(values())
                .filter(reason -> reason.word().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
