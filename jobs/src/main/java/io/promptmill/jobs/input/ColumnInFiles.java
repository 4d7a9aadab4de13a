package io.promptmill.jobs.input;

import io.promptmill.jobs.failure.RefusalException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which files of an input have a column, and which have not.
 *
 * @param name of the column
 * @param with paths of files that have it
 * @param without paths of files with rows that lack it
 */
public record ColumnInFiles(String name, List<String> with, List<String> without) {
    public ColumnInFiles {
        with = List.copyOf(with);
        without = List.copyOf(without);
    }

    /** The column in these files and in others. */
    public ColumnInFiles and(ColumnInFiles others) {
        return new ColumnInFiles(
                name,
                Stream.concat(with.stream(), others.with.stream()).toList(),
                Stream.concat(without.stream(), others.without.stream()).toList());
    }

    /** Refuses files that lack it while others have it: a column that a row is nothing without. */
    public void refuseWhereSomeLackIt() throws RefusalException {
        if (!with.isEmpty() && !without.isEmpty()) {
            throw RefusalException.input(
                    "missing_column",
                    without.get(0) + " has no column " + name + " and " + with.get(0) + " has one",
                    "a row can do without any column but this",
                    "add the column to the file or leave the file out");
        }
    }
}
