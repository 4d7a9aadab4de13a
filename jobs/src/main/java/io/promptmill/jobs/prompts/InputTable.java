package io.promptmill.jobs.prompts;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.promptmill.Amount;
import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.source.TextTable;
import io.promptmill.jobs.table.TableState;
import io.promptmill.spark.rows.InputRefusedException;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.rows.Utf8Text;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The prompts.
 *
 * @param prompts where they come from
 * @param source all rows
 * @param rows those of them that are to be computed
 * @param idColumn the column with their ids
 * @param columns how the rows are read
 */
public record InputTable(
        PromptSource prompts, Dataset<Row> source, Dataset<Row> rows, String idColumn, PromptColumns columns) {
    private static final int SHOWN_IDS = 5;
    private static final String CALENDAR_REMEDY =
            "run with --conf spark.sql.parquet.datetimeRebaseModeInRead=LEGACY and"
                    + " --conf spark.sql.parquet.int96RebaseModeInRead=LEGACY where Spark 2 or Hive wrote the file, and with"
                    + " CORRECTED for LEGACY where another did";
    private static final String COMPUTED_ID = "promptmill computed id";

    /**
     * How much there is to compute.
     *
     * @param rows number of prompts
     * @param longestPrompt bytes of the longest prompt, or its tokens where prompts are token ids; 0 without prompts
     */
    public record Size(long rows, long longestPrompt) {}

    /**
     * Opens the input and checks its schema; of Parquet and of tables it reads no row.
     *
     * @param before the table of the run that is to be continued: it is read as it was then
     */
    public static InputTable open(SparkSession spark, InputSettings settings, Optional<TableState> before)
            throws RefusalException {
        PromptSource prompts = source(spark, settings, before);
        Dataset<Row> rows = prompts.rows();
        try {
            PromptColumns columns = PromptColumns.of(
                    withoutProblems(rows.schema()),
                    settings.idName(),
                    settings.promptColumn(),
                    settings.layout(),
                    settings.logprobs(),
                    settings.outputPrefix(),
                    settings.samplingParams());
            if (!settings.makesIds()) {
                prompts.checkInEachFile(settings.idName());
            }
            prompts.checkInEachFile(columns.promptColumn());
            boolean mayHaveProblems = Arrays.asList(rows.columns()).contains(TextTable.PROBLEM);
            return new InputTable(
                    prompts,
                    rows,
                    rows,
                    settings.idName(),
                    mayHaveProblems ? columns.withProblems(TextTable.PROBLEM) : columns);
        } catch (InputRefusedException e) {
            throw new RefusalException(ExitCode.INPUT_REFUSED, withAuto(e.problem(), rows, settings), e);
        }
    }

    private static PromptSource source(SparkSession spark, InputSettings settings, Optional<TableState> before)
            throws RefusalException {
        if (settings.origin().isCommandLine()) {
            return new GivenPrompts(spark, settings);
        }
        return settings.origin().table().isPresent()
                ? PromptTable.open(spark, settings, before)
                : PromptFiles.open(spark, settings);
    }

    /** The columns that are the input's own. */
    private static StructType withoutProblems(StructType columns) {
        return DataTypes.createStructType(Arrays.stream(columns.fields())
                .filter(field -> !field.name().equals(TextTable.PROBLEM))
                .toList());
    }

    /** A problem for which ids that are made may be the remedy. */
    private static Problem withAuto(Problem problem, Dataset<Row> rows, InputSettings settings) {
        boolean hasIds = Arrays.stream(rows.columns()).anyMatch(settings.idName()::equalsIgnoreCase);
        return hasIds || settings.origin().table().isPresent()
                ? problem
                : new Problem(
                        problem.code(),
                        problem.what(),
                        problem.why(),
                        problem.remedy() + ", or let --id-column auto make ids of each row's file and number");
    }

    /**
     * Refuses damaged files, null, badly encoded and repeated ids, and maps that a row cannot hold, by Spark jobs; the size
     * of the source. Every byte that is to be read later is read here, so that a damaged file is found before the output is
     * touched.
     */
    public Size checkIds() throws RefusalException {
        try {
            long rows = prompts.check();
            Size size = countUniqueIds();
            if (size.rows() != rows) {
                throw RefusalException.input(
                        "input_unreadable",
                        given() + " gives " + Amount.of(size.rows(), "row") + " where its files tell of " + rows,
                        "one of the files contradicts itself or was changed while it was read",
                        "run again once nobody writes to it, or write that file anew");
            }
            Optional<String> lossy = MapCheck.columnThatLosesEntries(source);
            if (lossy.isPresent()) {
                throw RefusalException.input(
                        "map_key_repeated",
                        "a map in the column " + lossy.get() + " has a key more than once",
                        "Spark's rows hold one value for a key, and keys that are not UTF-8 are one to them, so that"
                                + " entries would be lost",
                        "write the map as a list of structs of key and value, or drop the column");
            }
            return size;
        } catch (RefusalException e) {
            throw e;
        } catch (Exception e) { // Spark throws checked ones undeclared
            if (Failures.isUnknownCalendar(e)) {
                throw new RefusalException(
                        ExitCode.INPUT_REFUSED,
                        new Problem(
                                "calendar_unknown",
                                given() + " has dates before 1582-10-15 or timestamps before 1900",
                                "a file does not say by which calendar they are counted, Spark 2 and Hive had an older one",
                                CALENDAR_REMEDY),
                        e);
            }
            if (!Failures.isUnreadableFile(e)) {
                throw e;
            }
            throw new RefusalException(
                    ExitCode.INPUT_REFUSED,
                    new Problem(
                            "input_unreadable",
                            given() + " cannot be read to its end",
                            Failures.rootMessage(e)
                                    + Failures.unreadableFile(e)
                                            .map(file -> " in " + file)
                                            .orElse(""),
                            "check that every node can read it, and write it anew where it is damaged"),
                    e);
        }
    }

    /**
     * This input without the prompts whose ids are in these rows.
     *
     * @param computed rows that were written with the same columns
     */
    public InputTable without(Dataset<Row> computed) {
        Column id = column(idColumn);
        String idOfOutput = computed.columns()[0]; // named as in the input
        Dataset<Row> ids = computed.select(col(PromptColumns.quoted(idOfOutput)).as(COMPUTED_ID))
                .distinct();
        return new InputTable(
                prompts, source, source.join(ids, id.equalTo(ids.col(COMPUTED_ID)), "left_anti"), idColumn, columns);
    }

    /** What is to be computed, by a Spark job. */
    public Size size() {
        Row totals = rows.agg(count(lit(1)), max(promptLength())).head();
        return new Size(longAt(totals, 0), longAt(totals, 1));
    }

    /** The state of the input's files when they were listed, in the order of the list. */
    public List<InputFile> files() {
        return prompts.files();
    }

    /** The input's table as it was when its ids were checked; empty where prompts are in none. */
    public Optional<TableState> table() {
        return prompts.table();
    }

    /** The table as if it never had the rows that are to be computed, by a Spark job; empty where prompts are in none. */
    public Optional<TableState> tableBefore() {
        return prompts.tableWithout(rows);
    }

    /** The paths that were asked for, with their file systems; empty where prompts are in no files. */
    public List<Path> paths() {
        return prompts.paths();
    }

    /** How to select the rows for which a condition of SQL holds. */
    public String query(String condition) {
        return prompts.query(condition);
    }

    /** Where they come from, in words. */
    public String place() {
        return prompts.place();
    }

    /** Fails where a file or table is not what it was, as its rows may have been read before or after the change. */
    public void checkUnchanged(List<InputFile> before) throws IOException {
        prompts.checkUnchanged(before);
    }

    private String given() {
        return prompts.option() + " " + prompts.place();
    }

    private Size countUniqueIds() throws RefusalException {
        Column id = column(idColumn);
        // Only so that Spark reads every column. It is flat: a chain of thousands overflows the stack.
        Column anyNull = greatest(Stream.concat(
                        Stream.of(lit(false)),
                        Arrays.stream(source.columns()).map(name -> column(name).isNull()))
                .toArray(Column[]::new));
        Dataset<Row> ids = source.select(
                        id.as("id"), anyNull.as("anyNull"), promptLength().as("length"))
                .groupBy("id")
                .agg(
                        count(lit(1)).as("times"),
                        max("anyNull").as("anyNull"),
                        max("length").as("length"));
        Column repeated = col("id").isNotNull().and(col("times").gt(1));
        Column badlyEncoded = ids.schema().apply("id").dataType().equals(DataTypes.StringType)
                ? isNotUtf8(col("id").cast(DataTypes.BinaryType))
                : lit(false);
        Row totals = ids.agg(
                        sum("times"),
                        sum(when(col("id").isNull(), col("times"))),
                        sum(when(repeated, lit(1L))),
                        sum(when(badlyEncoded, col("times"))),
                        max("length"),
                        max("anyNull"))
                .head();
        long nulls = longAt(totals, 1);
        if (nulls > 0) {
            throw RefusalException.input(
                    "id_null",
                    "the id column " + idColumn + " has no value in " + Amount.of(nulls, "row"),
                    "the id keys a row's random draws and its place in the output",
                    "fill the column or leave these rows out");
        }
        long bad = longAt(totals, 3);
        if (bad > 0) {
            throw RefusalException.input(
                    "id_bad_encoding",
                    "the id column " + idColumn + " has bytes that are not UTF-8 in " + Amount.of(bad, "row"),
                    "different ids would become one when their characters are told from their bytes",
                    "write the column anew with the right character set or name another one with --id-column");
        }
        long duplicates = longAt(totals, 2);
        if (duplicates > 0) {
            List<String> examples = ids.filter(repeated).orderBy("id").limit(SHOWN_IDS).collectAsList().stream()
                    .map(row -> row.get(0) + " (" + row.get(1) + " rows)")
                    .toList();
            throw RefusalException.input(
                    "id_repeated",
                    "the id column " + idColumn + " holds " + Amount.of(duplicates, "id") + " more than once, such as "
                            + String.join(", ", examples),
                    "the id keys a row's random draws and its place in the output",
                    "make the ids unique or name another column with --id-column");
        }
        return new Size(longAt(totals, 0), longAt(totals, 4));
    }

    /** Of a null prompt it is null or, in token ids, negative. */
    private Column promptLength() {
        return greatest(columns.promptLength(), lit(0)).cast(DataTypes.LongType);
    }

    // Spark's own decoding puts U+FFFD in place of what is not UTF-8, and fails in Spark 4.
    private static Column isNotUtf8(Column bytes) {
        UDF1<byte[], Boolean> check =
                utf8 -> utf8 != null && Utf8Text.decode(utf8).isEmpty();
        return udf(check, DataTypes.BooleanType).apply(bytes);
    }

    private Column column(String name) {
        return source.col(PromptColumns.quoted(name));
    }

    private static long longAt(Row row, int index) {
        return row.isNullAt(index) ? 0 : row.getLong(index);
    }
}
