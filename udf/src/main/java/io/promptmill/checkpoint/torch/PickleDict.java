package io.promptmill.checkpoint.torch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dictionary of a pickle. Deliberately without value equality: a hostile one may contain itself. Single-threaded.
 */
final class PickleDict {
    /** Which Python class it is. */
    enum Kind {
        DICT,
        ORDERED_DICT
    }

    private final Kind kind;
    private final Map<String, Object> entries = new LinkedHashMap<>();

    PickleDict(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** In the order of the pickle; None is null. */
    Map<String, Object> entries() {
        return entries;
    }
}
