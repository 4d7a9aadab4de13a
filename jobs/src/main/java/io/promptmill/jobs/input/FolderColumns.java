package io.promptmill.jobs.input;

import io.promptmill.jobs.failure.RefusalException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Columns that the names of folders give to the rows of the files in them: {@code source=01}, as Hive and Spark write
 * partitions. The values are text, exactly as in the name. Immutable.
 *
 * @param values by the columns' names, those of outer folders first; null is a value
 */
public record FolderColumns(Map<String, String> values) implements Serializable {
    /** No columns. */
    public static final FolderColumns NONE = new FolderColumns(Map.of());

    /** What Hive and Spark write for null. */
    private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    private static final Pattern ESCAPED = Pattern.compile("(%[0-9a-fA-F]{2})+");

    public FolderColumns {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** These columns and the one that a folder's name gives, if it does. */
    FolderColumns with(Path folder) throws RefusalException {
        int equals = folder.getName().indexOf('=');
        if (equals <= 0) {
            return this;
        }
        String name = unescaped(folder.getName().substring(0, equals));
        String value = unescaped(folder.getName().substring(equals + 1));
        if (has(name)) {
            throw RefusalException.input(
                    "folder_column_repeated",
                    "the folder " + folder + " gives its files the column " + name + " a second time",
                    "a folder around it does so already",
                    "rename one of the folders, or give the inner ones as --input");
        }
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value.equals(NULL) ? null : value);
        return new FolderColumns(more);
    }

    /** Whether these folders give a column, in whose name case makes no difference. */
    public boolean has(String name) {
        return values.keySet().stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The value of a column, in whose name case makes no difference; null where these folders do not give it. */
    String value(String name) {
        return values.entrySet().stream()
                .filter(column -> column.getKey().equalsIgnoreCase(name))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(null);
    }

    // Spark escapes single characters of ASCII, others escape the bytes of UTF-8.
    private static String unescaped(String text) {
        return ESCAPED.matcher(text).replaceAll(escaped -> Matcher.quoteReplacement(decoded(escaped.group())));
    }

    private static String decoded(String escaped) {
        byte[] bytes = HexFormat.of().parseHex(escaped.replace("%", ""));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return escaped;
        }
    }
}
