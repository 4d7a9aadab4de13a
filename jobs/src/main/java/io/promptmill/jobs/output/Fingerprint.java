package io.promptmill.jobs.output;

import io.promptmill.Sha256;
import io.promptmill.jobs.store.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that can change the rows of a run or their files, by name: two runs with equal fingerprints write equal rows into
 * equal chunks. Immutable.
 *
 * @param fields values as text, by the name that a message shows
 */
public record Fingerprint(SortedMap<String, String> fields) {
    /** Names of fields that another generation of a run may have of its own. */
    static final String CHUNKS = "chunks";

    static final String GENERATION = "generation";
    /** Followed by a path. */
    static final String INPUT_FILE = "input file ";

    /** Followed by a name. */
    static final String INPUT_TABLE = "input table ";

    /** Followed by a name. */
    static final String OUTPUT_COLUMN = "output column ";

    /**
     * Settings first, then columns: a setting may change many columns, and where a folder was written anew, its files would
     * hide what else is new in it.
     */
    private static final Comparator<String> SETTINGS_FIRST = Comparator.comparing(
                    (String name) -> name.startsWith(INPUT_FILE) || name.startsWith(INPUT_TABLE))
            .thenComparing(name -> name.startsWith(OUTPUT_COLUMN))
            .thenComparing(Comparator.naturalOrder());

    private static final String ABSENT = "absent";
    private static final int SHOWN_CHARACTERS = 80;

    public Fingerprint {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** SHA-256 over names and values in hexadecimal digits. */
    public String digest() {
        return Sha256.ofText(Json.writeCompact(fields));
    }

    /** Each field that an earlier run had with another value, in words: {@code seed was 0 and is now 1}. */
    public List<String> changesSince(Fingerprint earlier) {
        Set<String> names = new TreeSet<>(SETTINGS_FIRST);
        names.addAll(fields.keySet());
        names.addAll(earlier.fields.keySet());
        return changes(earlier, names);
    }

    /**
     * The fields that another run has with other values, and which can change a value in a row: not the input, which may be
     * a copy, not the columns, and not how rows are shared out.
     */
    public SortedSet<String> differing(Fingerprint other) {
        SortedSet<String> names = new TreeSet<>(fields.keySet());
        names.addAll(other.fields.keySet());
        names.removeIf(name -> name.startsWith(INPUT_FILE)
                || name.startsWith(INPUT_TABLE)
                || name.startsWith(OUTPUT_COLUMN)
                || name.equals(CHUNKS)
                || name.equals(GENERATION)
                || valueIn(fields, name).equals(valueIn(other.fields, name)));
        return names;
    }

    /** A value as it is shown. */
    public String shown(String name) {
        return shortened(valueIn(fields, name));
    }

    /**
     * Those of the changes that forbid to append: all but new input files, new rows in the same table, and another number of
     * chunks.
     */
    public List<String> changesBesideAppended(Fingerprint earlier) {
        Set<String> names = new TreeSet<>(SETTINGS_FIRST);
        names.addAll(fields.keySet());
        names.removeIf(name -> name.startsWith(INPUT_FILE));
        names.addAll(earlier.fields.keySet());
        names.removeAll(Set.of(CHUNKS, GENERATION));
        names.removeIf(name -> name.startsWith(INPUT_TABLE) && fields.containsKey(name));
        return changes(earlier, names);
    }

    private List<String> changes(Fingerprint earlier, Set<String> names) {
        List<String> changes = new ArrayList<>();
        for (String name : names) {
            String was = valueIn(earlier.fields, name);
            String is = valueIn(fields, name);
            if (!was.equals(is)) {
                changes.add(name + " was " + shortened(was) + " and is now " + shortened(is));
            }
        }
        return changes;
    }

    private static String valueIn(Map<String, String> fields, String name) {
        return fields.getOrDefault(name, ABSENT);
    }

    private static String shortened(String value) {
        if (value.isEmpty()) {
            return "empty";
        }
        return value.length() <= SHOWN_CHARACTERS
                ? value
                : value.substring(0, SHOWN_CHARACTERS) + "… (SHA-256 " + Sha256.ofText(value) + ")";
    }
}
