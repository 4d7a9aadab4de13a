package io.promptmill.jobs.prepare;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a post comes from.
 *
 * @param file name of its file
 * @param row its number there
 */
record Place(String file, long row) implements Comparable<Place>, Serializable {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::file).thenComparing(Place::row);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
