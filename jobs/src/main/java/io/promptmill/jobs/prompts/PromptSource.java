package io.promptmill.jobs.prompts;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.table.TableState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Prompts as one table of rows, wherever they come from. */
public interface PromptSource {
    /** The option that names them, for messages. */
    String option();

    /** Where they come from, for messages and the plan. */
    String place();

    /** The paths that were asked for, with their file systems; empty where no file is read. */
    List<Path> paths();

    /** The rows; those that say in {@link io.promptmill.jobs.source.TextTable#PROBLEM} why they cannot be read are rejected. */
    Dataset<Row> rows() throws RefusalException;

    /** Refuses files that lack a column which others have and whose rows are nothing without it. */
    void checkInEachFile(String column) throws RefusalException;

    /** The number of rows, after all that is to be read later has been read; refuses damaged files, by name. */
    long check() throws RefusalException;

    /** The state of the files when they were listed, by path. */
    List<InputFile> files();

    /** The table, where they are in one, as it was when {@link #check} read it. */
    default Optional<TableState> table() {
        return Optional.empty();
    }

    /** The table without some of its rows, as if it never had them; empty where they are in none. */
    default Optional<TableState> tableWithout(Dataset<Row> some) {
        return Optional.empty();
    }

    /** Fails where a file or table is not what it was, as its rows may have been read before or after the change. */
    void checkUnchanged(List<InputFile> before) throws IOException;

    /** How to select the rows for which a condition of SQL holds. */
    String query(String condition);
}
