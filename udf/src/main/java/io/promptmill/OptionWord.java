package io.promptmill;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How constants are spelled in options and rows: {@code TRUNCATE_LEFT} is {@code truncate-left}. Stateless. */
public final class OptionWord {
    private OptionWord() {}

    /** The constant's name in lower case, with dashes. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant that is spelled so, or empty where there is none. */
    public static <E extends Enum<E>> Optional<E> find(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(word))
                .findFirst();
    }

    /**
     * The constant that is spelled so.
     *
     * @param setting what the user knows it by
     * @throws IllegalArgumentException naming the setting, the words there are and this one
     */
    public static <E extends Enum<E>> E require(Class<E> type, String setting, String word) {
        return find(type, word)
                .orElseThrow(() ->
                        new IllegalArgumentException(setting + " must be one of " + words(type) + " but was " + word));
    }

    /** How all constants are spelled, as messages list them. */
    public static <E extends Enum<E>> String words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(OptionWord::of).collect(Collectors.joining(", "));
    }
}
