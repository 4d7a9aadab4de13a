package io.promptmill.jobs.source;

import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputListing;
import io.promptmill.jobs.input.ParquetTable;
import io.promptmill.spark.rows.NearestName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Rows of text from the files below one or more inputs. {@link #open} lists them, {@link #check} reads each from end to end,
 * {@link #rows} gives what they hold; a file that is not what its name says is refused, a row that cannot be read is a row
 * that says so.
 */
public final class Source {
    /** The rows' column of the file's name, as {@link SourceFile#name} has it. */
    public static final String FILE = "file";

    /** The rows' column of the row's number in its file, a long, from 0. */
    public static final String ROW = "row";

    /** The rows' column that says why a row cannot be read; null in all others. */
    public static final String PROBLEM = "problem";

    private final SparkSession session;
    private final JavaSparkContext spark;
    private final SourceSettings settings;
    private final SourceListing listing;
    private final List<ParquetTable> tables;

    private Source(SparkSession session, SourceSettings settings, SourceListing listing, List<ParquetTable> tables) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.settings = settings;
        this.listing = listing;
        this.tables = tables;
    }

    /** Lists the files and reads the footers of those that are Parquet; refuses what is none, and columns that are missing. */
    public static Source open(SparkSession session, SourceSettings settings) throws RefusalException {
        SourceListing listing =
                SourceListing.of(settings, session.sparkContext().hadoopConfiguration());
        List<ParquetTable> tables = new ArrayList<>();
        for (InputListing input : listing.inputs()) {
            InputListing parquet = listing.parquet(input);
            if (!parquet.files().isEmpty()) {
                ParquetTable table = ParquetTable.open(session, parquet);
                List<String> names = Arrays.asList(table.placedRows().columns());
                for (SourceColumn column : settings.columns()) {
                    if (column.remedy().isPresent()) {
                        table.column(column.name()).refuseWhereSomeLackIt();
                        checkHas(SourceFormat.PARQUET, names, column, input.place());
                    }
                }
                tables.add(table);
            }
        }
        return new Source(session, settings, listing, List.copyOf(tables));
    }

    /** What was asked for, with its file systems. */
    public List<Path> inputs() {
        return listing.paths();
    }

    /**
     * What a whole reading of every file has found.
     *
     * @param files the reports, by the files' names
     * @param rows of all files, bad ones included
     */
    public record Contents(List<FileReport> files, long rows) {}

    /**
     * Reads every byte that is to be read later, by Spark jobs; refuses damaged files, those that are not of their format,
     * and those without a column that must be there.
     */
    public Contents check() throws RefusalException {
        try {
            List<FileReport> reports =
                    SourceScan.readable(spark, settings, listing.files(), WantedColumns.of(settings), hadoop());
            long rows = reports.stream().mapToLong(FileReport::rows).sum();
            for (FileReport report : reports) {
                checkColumns(report);
            }
            for (ParquetTable table : tables) {
                rows += table.checkPages();
            }
            return new Contents(reports, rows);
        } catch (RefusalException e) {
            throw e;
        } catch (Exception e) { // Spark throws the tasks' checked ones undeclared
            if (Failures.causes(e).noneMatch(IOException.class::isInstance)) {
                throw e;
            }
            throw settings.unreadable(e);
        }
    }

    private void checkColumns(FileReport report) throws RefusalException {
        if (report.file().format() != SourceFormat.PARQUET && report.rows() > 0) {
            SourceFile file = report.file();
            for (SourceColumn column : settings.columns()) {
                if (!file.folders().has(column.name())) {
                    checkHas(
                            file.format(), report.columns(), column, file.path().toString());
                }
            }
        }
    }

    private static void checkHas(SourceFormat format, Collection<String> names, SourceColumn column, String place)
            throws RefusalException {
        if (column.remedy().isEmpty() || format.isAmong(names, column)) {
            return;
        }
        throw RefusalException.input(
                "missing_column",
                place + " has no column " + column.name(),
                names.isEmpty()
                        ? "it has no columns"
                        : NearestName.of(column.name(), names)
                                .map(near -> "the column with the nearest name is " + near)
                                .orElse("its columns are " + String.join(", ", names)),
                column.remedy().get());
    }

    /**
     * The rows: {@link #FILE}, {@link #ROW}, {@link #PROBLEM}, then each wanted column as text under its key, null where a
     * row has none. Numbers and truth values are as they are written, lists and objects are JSON.
     */
    public Dataset<Row> rows() throws RefusalException {
        List<String> keys = settings.columns().stream().map(SourceColumn::key).toList();
        List<SourceFile> texts = listing.texts();
        List<JavaRDD<Row>> parts = new ArrayList<>();
        if (!texts.isEmpty()) {
            parts.add(spark.parallelize(texts, SourceScan.tasks(spark, texts.size()))
                    .mapPartitions(new FileRows(keys, WantedColumns.of(settings), hadoop())));
        }
        for (ParquetTable table : tables) {
            parts.add(ParquetRow.bytes(table.placedRows(), settings.columns())
                    .javaRDD()
                    .map(new ParquetRow(keys, listing.names())));
        }
        JavaRDD<Row> all = parts.stream().reduce(JavaRDD::union).orElseThrow();
        return session.createDataFrame(all, schema(keys));
    }

    private SerializableConfiguration hadoop() {
        return new SerializableConfiguration(listing.configuration(spark.hadoopConfiguration()));
    }

    private static StructType schema(List<String> keys) {
        StructType schema = new StructType()
                .add(FILE, DataTypes.StringType)
                .add(ROW, DataTypes.LongType)
                .add(PROBLEM, DataTypes.StringType);
        for (String key : keys) {
            schema = schema.add(key, DataTypes.StringType);
        }
        return schema;
    }

    /** Fails where a file is not what it was, as its rows may have been read before or after the change. */
    public void checkUnchanged() throws IOException {
        for (SourceFile file : listing.files()) {
            FileStatus now =
                    file.path().getFileSystem(spark.hadoopConfiguration()).getFileStatus(file.path());
            if (now.getLen() != file.bytes() || now.getModificationTime() != file.modified()) {
                throw new IOException(file.path() + " was changed during the run. Run again.");
            }
        }
    }
}
