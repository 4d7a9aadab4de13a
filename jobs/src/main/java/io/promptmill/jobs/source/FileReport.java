package io.promptmill.jobs.source;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What one reading of a whole file has found.
 *
 * @param file which one
 * @param sha256 of its bytes, in hexadecimal digits
 * @param rows its rows, bad ones included; 0 of a Parquet file, whose footer tells
 * @param bad rows that cannot be read
 * @param end the number behind that of the last row; more than {@code rows} where lines are passed over
 * @param columns the names of its columns
 * @param problem of the first bad row, or null
 * @param damage why it cannot be read to its end, or null
 */
public record FileReport(
        SourceFile file,
        String sha256,
        long rows,
        long bad,
        long end,
        List<String> columns,
        String problem,
        String damage)
        implements Serializable {
    public FileReport {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(sha256, "sha256");
        columns = List.copyOf(columns);
    }
}
