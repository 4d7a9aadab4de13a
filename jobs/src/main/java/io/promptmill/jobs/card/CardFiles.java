package io.promptmill.jobs.card;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A card as files, to be put beside the model. Immutable; the arrays are the caller's.
 *
 * @param files contents by name
 * @param warnings what could not be made and why, one line each
 */
public record CardFiles(Map<String, byte[]> files, List<String> warnings) {
    public CardFiles {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        warnings = List.copyOf(warnings);
    }
}
