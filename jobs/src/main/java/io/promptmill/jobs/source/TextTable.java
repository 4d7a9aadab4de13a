package io.promptmill.jobs.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.ColumnInFiles;
import io.promptmill.jobs.input.ParquetTable;
import io.promptmill.spark.rows.PromptColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files of an input that are not Parquet, as one table with every column that one of them has. All values are texts:
 * numbers and truth values as they are written, lists and objects as JSON. Each file has been read from end to end; rows are
 * read lazily. Immutable.
 */
public final class TextTable {
    /** The rows' column of where each comes from: the file's name, {@code #}, and the row's number in it, from 0. */
    public static final String PLACE = "promptmill place";

    /** The rows' column that says why a row cannot be read; null in all others. */
    public static final String PROBLEM = "promptmill problem";

    private final SparkSession session;
    private final WantedColumns wanted;
    private final SerializableConfiguration hadoop;
    private final List<FileReport> files;
    /** By their keys. */
    private final Map<String, String> columns;

    private TextTable(
            SparkSession session,
            WantedColumns wanted,
            SerializableConfiguration hadoop,
            List<FileReport> files,
            Map<String, String> columns) {
        this.session = session;
        this.wanted = wanted;
        this.hadoop = hadoop;
        this.files = files;
        this.columns = columns;
    }

    /**
     * Reads the files once, by a Spark job; refuses those that are damaged or not of their format, by name.
     *
     * @param settings by which they were listed; its {@code lineKey} is the name of the column of plain lines
     */
    public static TextTable open(SparkSession session, SourceListing listing, SourceSettings settings)
            throws RefusalException {
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        WantedColumns wanted = WantedColumns.all(settings.lineKey());
        SerializableConfiguration hadoop =
                new SerializableConfiguration(listing.configuration(spark.hadoopConfiguration()));
        List<FileReport> files = SourceScan.readable(spark, settings, listing.texts(), wanted, hadoop);
        Map<String, String> columns = new LinkedHashMap<>();
        for (FileReport file : files) {
            checkNames(file);
            for (String name : file.columns()) {
                String key = WantedColumns.lowerCase(name);
                boolean ofFormat = !file.file().format().namesColumns() && key.equals(wanted.lineKey());
                columns.putIfAbsent(key, ofFormat ? settings.lineKey() : name);
            }
        }
        for (FileReport file : files) {
            file.file()
                    .folders()
                    .values()
                    .keySet()
                    .forEach(name -> columns.putIfAbsent(WantedColumns.lowerCase(name), name));
        }
        return new TextTable(session, wanted, hadoop, files, columns);
    }

    private static void checkNames(FileReport file) throws RefusalException {
        if (file.columns().size() >= JsonLines.MOST_NAMES) {
            throw RefusalException.input(
                    "too_many_columns",
                    file.file().path() + " has " + JsonLines.MOST_NAMES + " columns or more",
                    "every field of an object is a column of all rows",
                    "put what differs from row to row into one object");
        }
        if (file.columns().contains("")) {
            throw RefusalException.input(
                    "column_without_name",
                    file.file().path() + " has a field whose name is empty",
                    "it would be a column without a name",
                    "name it or drop it");
        }
    }

    /** What was found in each file, by the files' names. */
    public List<FileReport> files() {
        return files;
    }

    /** Which of the files have a column, in whose name case makes no difference; those without rows lack none. */
    public ColumnInFiles column(String name) {
        List<String> with = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (FileReport file : files) {
            boolean has = file.columns().stream().anyMatch(name::equalsIgnoreCase)
                    || file.file().folders().has(name);
            if (has || file.rows() > 0) {
                (has ? with : without).add(file.file().path().toString());
            }
        }
        return new ColumnInFiles(name, with, without);
    }

    /** The rows: {@link #PLACE}, {@link #PROBLEM}, then the columns, null where a row has none; none is read yet. */
    public Dataset<Row> rows() {
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        StructType schema = new StructType()
                .add(ParquetTable.FILE, DataTypes.StringType)
                .add(ParquetTable.ROW, DataTypes.LongType)
                .add(PROBLEM, DataTypes.StringType);
        List<Column> selected = new ArrayList<>();
        selected.add(concat(
                        col(PromptColumns.quoted(ParquetTable.FILE)),
                        lit("#"),
                        col(PromptColumns.quoted(ParquetTable.ROW)).cast(DataTypes.StringType))
                .as(PLACE));
        selected.add(col(PromptColumns.quoted(PROBLEM)));
        for (String name : columns.values()) {
            schema = schema.add(name, DataTypes.StringType);
            selected.add(col(PromptColumns.quoted(name)));
        }
        JavaRDD<Row> rows = spark.parallelize(
                        files.stream().map(FileReport::file).toList(), SourceScan.tasks(spark, files.size()))
                .mapPartitions(new FileRows(List.copyOf(columns.keySet()), wanted, hadoop));
        return session.createDataFrame(rows, schema).select(selected.toArray(Column[]::new));
    }
}
