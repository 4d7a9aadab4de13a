package io.promptmill.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputListing.ListedFile;
import io.promptmill.jobs.parquet.StrictParquet;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * The rows of an input's files under one schema. Spark's reader does not widen values, so files are read in groups by the
 * types that they have, usually one, and cast. Nor does it know that only Spark and Hive ever counted days by another
 * calendar, so that the files of other writers are groups of their own.
 */
final class InputRows {
    private static final String GREGORIAN = "CORRECTED"; // as Spark calls it

    private final SparkSession spark;
    private final InputListing listing;
    private final InputSchema schema;
    private final List<InputFooter> footers;
    private final StructType folderColumns;
    private final UnaryOperator<Dataset<Row>> places;

    private InputRows(
            SparkSession spark,
            InputListing listing,
            InputSchema schema,
            List<InputFooter> footers,
            StructType folderColumns,
            UnaryOperator<Dataset<Row>> places) {
        this.spark = spark;
        this.listing = listing;
        this.schema = schema;
        this.footers = footers;
        this.folderColumns = folderColumns;
        this.places = places;
    }

    /**
     * The rows; none is read yet.
     *
     * @param spark reads them
     * @param footers in the order of the files
     * @throws RefusalException when a folder gives a column that the files have, too
     */
    static Dataset<Row> of(SparkSession spark, InputListing listing, InputSchema schema, List<InputFooter> footers)
            throws RefusalException {
        return new InputRows(spark, listing, schema, footers, folderColumns(listing, schema), UnaryOperator.identity())
                .union();
    }

    /** {@link #of} with the columns {@link ParquetTable#FILE} and {@link ParquetTable#ROW} at the end. */
    static Dataset<Row> placed(SparkSession spark, InputListing listing, InputSchema schema, List<InputFooter> footers)
            throws RefusalException {
        return new InputRows(spark, listing, schema, footers, folderColumns(listing, schema), InputRows::withPlaces)
                .union();
    }

    private static Dataset<Row> withPlaces(Dataset<Row> read) {
        Column metadata = read.metadataColumn(FileFormat.METADATA_NAME());
        return read.select(
                col("*"),
                metadata.getField(FileFormat.FILE_PATH()).as(ParquetTable.FILE),
                metadata.getField(ParquetFileFormat.ROW_INDEX()).as(ParquetTable.ROW));
    }

    /**
     * How files are read.
     *
     * @param columns their types
     * @param gregorian whether days are counted by today's calendar, whatever Spark is set to where a file does not tell
     */
    private record Group(StructType columns, boolean gregorian) {}

    private Dataset<Row> union() {
        Map<Group, List<ListedFile>> groups = new LinkedHashMap<>();
        Map<StructType, StructType> readings = new HashMap<>();
        for (int i = 0; i < listing.files().size(); i++) {
            StructType reading = readings.computeIfAbsent(schema.ofFiles().get(i), schema::reading);
            groups.computeIfAbsent(new Group(reading, footers.get(i).gregorian()), none -> new ArrayList<>())
                    .add(listing.files().get(i));
        }
        return groups.entrySet().stream()
                .map(group -> cast(group.getKey().columns(), read(group.getKey(), group.getValue())))
                .reduce(Dataset::union)
                .orElseThrow();
    }

    private Dataset<Row> read(Group group, List<ListedFile> files) {
        Map<String, String> options = new HashMap<>(StrictParquet.OPTIONS);
        options.putAll(listing.hadoopSettings());
        if (group.gregorian()) {
            options.put(ParquetOptions.DATETIME_REBASE_MODE(), GREGORIAN);
            options.put(ParquetOptions.INT96_REBASE_MODE(), GREGORIAN);
        }
        return places.apply(spark.baseRelationToDataFrame(new HadoopFsRelation(
                new InputFileIndex(spark, files, folderColumns),
                folderColumns,
                group.columns(),
                Option.empty(),
                new ParquetFileFormat(),
                ScalaCollections.map(options),
                spark)));
    }

    private Dataset<Row> cast(StructType read, Dataset<Row> rows) {
        if (read.equals(schema.columns())) {
            return rows;
        }
        List<Column> columns = new ArrayList<>();
        for (StructField field : schema.columns().fields()) {
            Column values = CommonType.find(read, field.name())
                    .map(own -> CommonType.cast(column(rows, own.name()), own.dataType(), field.dataType()))
                    .orElseGet(() -> lit(null).cast(field.dataType()));
            columns.add(values.as(field.name(), field.metadata()));
        }
        Arrays.stream(folderColumns.fieldNames())
                .map(name -> column(rows, name))
                .forEach(columns::add);
        Stream.of(ParquetTable.FILE, ParquetTable.ROW)
                .filter(Set.of(rows.columns())::contains)
                .map(name -> column(rows, name))
                .forEach(columns::add);
        return rows.select(columns.toArray(Column[]::new));
    }

    private static Column column(Dataset<Row> rows, String name) {
        return rows.col(PromptColumns.quoted(name));
    }

    private static StructType folderColumns(InputListing listing, InputSchema schema) throws RefusalException {
        StructType columns = new StructType();
        for (ListedFile file : listing.files()) {
            for (String name : file.columns().values().keySet()) {
                if (CommonType.find(schema.columns(), name).isPresent()) {
                    throw RefusalException.input(
                            "column_clash",
                            "the column " + name + " is in the files and in the name of the folder "
                                    + file.status().getPath().getParent(),
                            "they may differ, and nothing says which is meant",
                            "rename the folder or the column, or give the folders as a pattern, --input '.../" + name
                                    + "=*', whose own names give no columns");
                }
                if (CommonType.find(columns, name).isEmpty()) {
                    columns = columns.add(name, DataTypes.StringType);
                }
            }
        }
        return columns;
    }
}
