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
 * @param keyOfName the rows' columns by their names in files, in lower case
 * @param lineKey the column that a line of plain text and the text of a tweet are
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

    /** The key of a file's column, or empty where nobody wants it. */
    Optional<String> key(String name) {
        return Optional.ofNullable(keyOfName.get(lowerCase(name)));
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
