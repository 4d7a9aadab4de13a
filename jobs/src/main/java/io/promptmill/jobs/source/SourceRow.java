package io.promptmill.jobs.source;

import io.promptmill.Surrogates;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a file.
 *
 * @param number which it is, from 0; in files with a row in each line, which line
 * @param values texts by the keys of the columns; null and absent are the same
 * @param problem why it cannot be read, without a word of it, or null
 */
record SourceRow(long number, Map<String, String> values, String problem) {
    /** A row; a bad one where a value is no Unicode text. */
    static SourceRow of(long number, Map<String, String> values) {
        Optional<String> broken = values.entrySet().stream()
                .filter(value -> value.getValue() != null && Surrogates.firstLone(value.getValue()) >= 0)
                .map(Map.Entry::getKey)
                .findFirst();
        return broken.isPresent()
                ? bad(number, "half a surrogate pair in the column " + broken.get())
                : new SourceRow(number, values, null);
    }

    static SourceRow bad(long number, String problem) {
        return new SourceRow(number, Map.of(), problem);
    }
}
