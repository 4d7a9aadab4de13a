package io.promptmill.jobs.tokens;

import java.io.Serializable;

/**
 * Where a row stands among all rows of its data: by its position where rows have one, or else as files and their rows lie.
 *
 * @param position -1 where rows have none
 * @param file that it lies in
 * @param row its number there
 */
record RowKey(long position, String file, long row) implements Comparable<RowKey>, Serializable {
    @Override
    public int compareTo(RowKey other) {
        int positions = Long.compare(position, other.position);
        int files = positions != 0 ? positions : file.compareTo(other.file);
        return files != 0 ? files : Long.compare(row, other.row);
    }
}
