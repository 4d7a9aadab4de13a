package io.promptmill.jobs.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Reads the rows of one file, one after the other, in memory that a row takes. Single-threaded. */
interface RowReader extends Closeable {
    /**
     * The next row, or empty behind the last.
     *
     * @throws DamagedSourceException where nobody can say where a next row begins
     */
    Optional<SourceRow> next() throws IOException;

    /** The names of columns that were met so far; where the format has none of its own, their keys. */
    Set<String> columns();
}
