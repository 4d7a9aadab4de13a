package io.promptmill.jobs.source;

import java.util.Objects;
import java.util.Optional;

/**
 * A column that a command asks for.
 *
 * @param key what the command calls it: its name in the rows, and in formats whose names are given ({@code id},
 *     {@code text}, {@code lang}, {@code user} and {@code name} of a {@code tweets.js})
 * @param name what files with names of their own call it; case makes no difference
 * @param remedy what to do about a file that has no such column; empty where it may do without
 */
public record SourceColumn(String key, String name, Optional<String> remedy) {
    public SourceColumn {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(remedy, "remedy");
    }

    /** A column that every file must have. */
    public static SourceColumn required(String key, String name, String remedy) {
        return new SourceColumn(key, name, Optional.of(remedy));
    }

    /** A column that is null in files without it. */
    public static SourceColumn optional(String key, String name) {
        return new SourceColumn(key, name, Optional.empty());
    }
}
