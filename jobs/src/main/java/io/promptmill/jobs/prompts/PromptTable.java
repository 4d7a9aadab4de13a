package io.promptmill.jobs.prompts;

import io.promptmill.Amount;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.table.PinnedTable;
import io.promptmill.jobs.table.RowsDigest;
import io.promptmill.jobs.table.TableState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Prompts in a table of Spark's catalogs, with the types that they have. For one thread. */
final class PromptTable implements PromptSource {
    private final PinnedTable table;
    /** Null until the rows are checked. */
    private RowsDigest checked;

    private PromptTable(PinnedTable table) {
        this.table = table;
    }

    /** Finds the table; refuses one that cannot be read, or whose rows would have to be numbered. */
    static PromptTable open(SparkSession spark, InputSettings settings, Optional<TableState> before)
            throws RefusalException {
        PinnedTable table = PinnedTable.open(spark, settings.origin().table().orElseThrow(), before);
        if (settings.makesIds()) {
            throw RefusalException.input(
                    "table_without_numbers",
                    "--id-column auto makes no ids for the rows of " + PinnedTable.OPTION + " " + table.name(),
                    "they have no number that stays theirs when the table's files are written anew, and with another id"
                            + " a row would get other texts",
                    "name a column with unique ids, or add one where the table is written, such as uuid()");
        }
        return new PromptTable(table);
    }

    @Override
    public String option() {
        return PinnedTable.OPTION;
    }

    @Override
    public String place() {
        return table.name();
    }

    @Override
    public List<Path> paths() {
        return table.paths();
    }

    @Override
    public Dataset<Row> rows() {
        return table.rows();
    }

    @Override
    public void checkInEachFile(String column) {
        // A table has one schema.
    }

    @Override
    public long check() throws RefusalException {
        checked = table.digest();
        return checked.rows();
    }

    @Override
    public List<InputFile> files() {
        return List.of();
    }

    @Override
    public Optional<TableState> table() {
        return Optional.of(table.state(checked));
    }

    @Override
    public Optional<TableState> tableWithout(Dataset<Row> some) {
        return Optional.of(table.state(checked.minus(RowsDigest.of(some))));
    }

    @Override
    public void checkUnchanged(List<InputFile> before) throws IOException {
        if (table.hasVersion()) {
            return;
        }
        RowsDigest now;
        try {
            now = table.digestNow();
        } catch (RefusalException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!now.equals(checked)) {
            throw new IOException(place() + " was changed during the run: it had "
                    + Amount.of(checked.rows(), "row") + " and has now "
                    + (now.rows() == checked.rows() ? "as many with other values" : now.rows())
                    + ". Run again with --overwrite.");
        }
    }

    @Override
    public String query(String condition) {
        return table.query(condition);
    }
}
