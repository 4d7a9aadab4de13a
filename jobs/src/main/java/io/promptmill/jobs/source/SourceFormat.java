package io.promptmill.jobs.source;

import io.promptmill.OptionWord;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The format of a file, told by the end of its name where nobody says it. */
public enum SourceFormat {
    /** Columns of any types, each of which is read as text. */
    PARQUET("a Parquet file", "parquet"),
    /** RFC 4180, in UTF-8, with a header. */
    CSV("a CSV file with a header", "csv"),
    /** A JSON object in each line. */
    JSONL("a file with a JSON object in each line", "jsonl ndjson json"),
    /** A row in each line. */
    TXT("a text in UTF-8", "txt"),
    /** {@code tweets.js} of the archive that X gives a user of their data. */
    TWEETS_JS("a tweets.js of X's archive", "js");

    private final String description;
    private final String extensions;

    SourceFormat(String description, String extensions) {
        this.description = description;
        this.extensions = extensions;
    }

    /** What such a file is, in words. */
    String description() {
        return description;
    }

    /** The format that files of that name have, or empty where the name does not tell. */
    static Optional<SourceFormat> ofName(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> name.indexOf('.') >= 0 && format.extensions().anyMatch(extension::equals))
                .findFirst();
    }

    /** Whether one of these names, which a file of this format has, is that column. */
    boolean isAmong(Collection<String> names, SourceColumn column) {
        String name = namesColumns() ? column.name() : column.key();
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** Whether files of this format say what their columns are called. */
    boolean namesColumns() {
        return this != TXT && this != TWEETS_JS;
    }

    private Stream<String> extensions() {
        return Arrays.stream(extensions.split(" ", -1));
    }

    /** All ends of names that tell a format. */
    static String allExtensions() {
        return Arrays.stream(values())
                .flatMap(SourceFormat::extensions)
                .map(extension -> "." + extension)
                .collect(Collectors.joining(", "));
    }

    /** The words of an option that chooses a format. */
    public static String words() {
        return Arrays.stream(values()).map(OptionWord::of).collect(Collectors.joining("|"));
    }
}
