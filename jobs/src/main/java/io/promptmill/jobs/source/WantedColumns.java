package io.promptmill.jobs.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns of a file make the rows; travels to the tasks.
 *
 * @param keyOfName the rows' columns by their names in files, in lower case; empty where every column is wanted, whose
 *     key is its name in lower case
 * @param lineKey the column that a line of plain text and the text of a tweet are; always a text
 */
record WantedColumns(Map<String, String> keyOfName, String lineKey) implements Serializable {
    WantedColumns {
        keyOfName = new HashMap<>(keyOfName);
    }

    static WantedColumns of(SourceSettings settings) {
        Map<String, String> keys = new LinkedHashMap<>();
        settings.columns().forEach(column -> keys.put(lowerCase(column.name()), column.key()));
        return new WantedColumns(keys, settings.lineKey());
    }

    /** Every column there is. */
    static WantedColumns all(String lineColumn) {
        return new WantedColumns(Map.of(), lowerCase(lineColumn));
    }

    /** The key of a file's column, or empty where nobody wants it. */
    Optional<String> key(String name) {
        String lowerCase = lowerCase(name);
        return keyOfName.isEmpty() ? Optional.of(lowerCase) : Optional.ofNullable(keyOfName.get(lowerCase));
    }

    /** What the names of the folders around a file say of wanted columns, by their keys. */
    Map<String, String> ofFolders(SourceFile file) {
        Map<String, String> values = new HashMap<>();
        file.folders().values().forEach((name, value) -> key(name).ifPresent(key -> values.put(key, value)));
        return values;
    }

    /** A name whose case makes no difference. */
    static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
