package io.promptmill.jobs.table;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.parquet.StrictParquet;
import io.promptmill.spark.rows.PromptColumns;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;

/**
 * A table, or a view, at the version that it had when a run began; where it has no versions, as it is. Its rows are read lazily,
 * by the table's own reader, and all of them or the job fails. Immutable.
 */
public final class PinnedTable {
    /** The option that names it. */
    public static final String OPTION = "--input-table";

    /** For a table whose files have been replaced, which is not how versions go. */
    private static final String ADVICE_OF_SPARK = "(?s)\\s*It is possible the underlying files have been updated.*";

    private final SparkSession spark;
    private final TableInCatalog found;
    private final Optional<String> version;
    private final Dataset<Row> rows;

    private PinnedTable(SparkSession spark, TableInCatalog found, Optional<String> version, Dataset<Row> rows) {
        this.spark = spark;
        this.found = found;
        this.version = version;
        this.rows = rows;
    }

    /**
     * Finds a table; refuses one that is not there or that cannot be read twice.
     *
     * @param asked its name, with the catalog where it is not in the current one
     * @param before the table of the run that is to be continued, at whose version it is read again
     */
    public static PinnedTable open(SparkSession spark, String asked, Optional<TableState> before)
            throws RefusalException {
        SparkSession reading = StrictParquet.sessionOfTables(spark);
        TableInCatalog found = TableInCatalog.find(reading, asked);
        Optional<TableState> same = before.filter(state -> state.name().equals(found.name()));
        Optional<String> version = same.isPresent() ? same.map(TableState::version) : found.latestVersion(reading);
        try {
            Dataset<Row> rows = reading.sql("select * from " + from(found, version));
            refuseOtherRowsEachTime(found, rows);
            return new PinnedTable(spark, found, version, withoutMetadata(rows));
        } catch (RefusalException e) {
            throw e;
        } catch (Exception e) { // Spark throws checked ones undeclared
            throw same.isPresent() && version.isPresent() ? gone(found, version.get(), e) : found.unreadable(e);
        }
    }

    private static String from(TableInCatalog found, Optional<String> version) {
        return found.name()
                + version.map(number -> " version as of '" + number + "'").orElse("");
    }

    private static void refuseOtherRowsEachTime(TableInCatalog found, Dataset<Row> rows) throws RefusalException {
        if (!rows.queryExecution().analyzed().deterministic()) {
            throw RefusalException.input(
                    "view_not_deterministic",
                    OPTION + " " + found.name() + " is a view with a function such as rand() or uuid() in it",
                    "each time it is read it gives other rows, so that a chunk could not be computed twice",
                    "write its rows as a table, by create table NAME as select * from " + found.name()
                            + ", and give that");
        }
    }

    /** Comments and what a catalog notes of columns for itself are not part of the rows. */
    private static Dataset<Row> withoutMetadata(Dataset<Row> rows) {
        return rows.select(Arrays.stream(rows.columns())
                .map(name -> rows.col(PromptColumns.quoted(name)).as(name, Metadata.empty()))
                .toArray(Column[]::new));
    }

    /** Its name with the catalog, as SQL takes it. */
    public String name() {
        return found.name();
    }

    /** The rows; none is read yet. */
    public Dataset<Row> rows() {
        return rows;
    }

    /** Where its files are, as far as its catalog tells. */
    public List<Path> paths() {
        return found.location().map(this::qualified).map(List::of).orElse(List.of());
    }

    private Path qualified(String location) {
        Path path = new Path(location);
        try {
            return path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .makeQualified(path);
        } catch (IOException e) { // the table's library may know stores that Hadoop does not
            return path;
        }
    }

    /** How to select the rows for which a condition of SQL holds. */
    public String query(String condition) {
        return "select * from " + from(found, version) + " where " + condition;
    }

    /** Reads all rows by a Spark job; refuses a table whose files are gone. */
    public RowsDigest digest() throws RefusalException {
        try {
            return RowsDigest.of(rows);
        } catch (Exception e) { // Spark throws checked ones undeclared
            boolean filesGone = Failures.causes(e).anyMatch(FileNotFoundException.class::isInstance);
            if (filesGone) {
                throw version.isPresent() ? gone(found, version.get(), e) : found.unreadable(e);
            }
            throw e;
        }
    }

    /** What a run has to know to read the same rows. */
    public TableState state(RowsDigest digest) {
        return new TableState(name(), version.orElse(null), digest.rows(), digest.hex());
    }

    /** The digest of the rows that it has now, which are others only where it has no version. */
    public RowsDigest digestNow() throws RefusalException {
        return open(spark, found.name(), Optional.of(new TableState(name(), version.orElse(null), 0, "")))
                .digest();
    }

    /** Whether it is read at a version, at which its rows never change. */
    public boolean hasVersion() {
        return version.isPresent();
    }

    private static RefusalException gone(TableInCatalog found, String version, Exception e) {
        return new RefusalException(
                ExitCode.INPUT_REFUSED,
                new Problem(
                        "table_version_gone",
                        OPTION + " " + found.name() + " cannot be read at version " + version + " any more",
                        Failures.rootMessage(e).replaceFirst(ADVICE_OF_SPARK, "")
                                + "; the run was begun with the rows of that version, and others would be"
                                + " mixed with them",
                        "restore that version, or start anew with --overwrite or in another output folder; what keeps"
                                + " versions longer is the table's own setting (history.expire.max-snapshot-age-ms of"
                                + " Iceberg, delta.deletedFileRetentionDuration of Delta Lake)"),
                e);
    }
}
