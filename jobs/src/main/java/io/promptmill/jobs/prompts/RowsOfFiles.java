package io.promptmill.jobs.prompts;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.ParquetTable;
import io.promptmill.jobs.source.FileNames;
import io.promptmill.jobs.source.TextTable;
import io.promptmill.spark.rows.PromptColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The rows of tables with an id for each: their own one, or one that is made of the file's name and the row's number. */
final class RowsOfFiles {
    private final InputSettings settings;
    private final FileNames names;

    RowsOfFiles(InputSettings settings, FileNames names) {
        this.settings = settings;
        this.names = names;
    }

    /** Rows of Parquet; where they have ids of their own, nothing is done to them. */
    Dataset<Row> of(ParquetTable table) throws RefusalException {
        if (!settings.makesIds()) {
            return table.rows();
        }
        Dataset<Row> rows = table.placedRows();
        FileNames travelling = names;
        UDF2<String, Long, String> place = (uri, row) -> travelling.of(uri) + "#" + row;
        Column id = udf(place, DataTypes.StringType).apply(column(ParquetTable.FILE), column(ParquetTable.ROW));
        List<String> others = Stream.of(rows.columns())
                .filter(name -> !name.equals(ParquetTable.FILE) && !name.equals(ParquetTable.ROW))
                .toList();
        return withMadeIds(rows, id, others);
    }

    /** Rows of texts; those that cannot be read have the id that would be made, whatever the others have. */
    Dataset<Row> of(TextTable table) throws RefusalException {
        Dataset<Row> rows = table.rows();
        Column place = column(TextTable.PLACE);
        List<String> others = Stream.of(rows.columns())
                .filter(name -> !name.equals(TextTable.PLACE))
                .toList();
        if (settings.makesIds()) {
            return withMadeIds(rows, place, others);
        }
        return rows.select(others.stream()
                .map(name -> name.equalsIgnoreCase(settings.idName())
                        ? when(column(TextTable.PROBLEM).isNotNull(), place)
                                .otherwise(column(name))
                                .as(name)
                        : column(name))
                .toArray(Column[]::new));
    }

    private Dataset<Row> withMadeIds(Dataset<Row> rows, Column id, List<String> others) throws RefusalException {
        Optional<String> second = others.stream()
                .filter(name -> name.equalsIgnoreCase(settings.idName()))
                .findFirst();
        if (second.isPresent()) {
            throw RefusalException.input(
                    "column_clash",
                    "--id-column auto makes a column " + settings.idName() + " and the input has a column "
                            + second.get(),
                    "a row cannot have both, and case makes no difference",
                    "leave --id-column out where the values of the column are unique, otherwise rename or drop it");
        }
        return rows.select(Stream.concat(
                        Stream.of(id.as(settings.idName())), others.stream().map(RowsOfFiles::column))
                .toArray(Column[]::new));
    }

    /** Both tables' rows, with the columns of both by name. */
    static Dataset<Row> together(Dataset<Row> parquet, Dataset<Row> texts) throws RefusalException {
        List<StructField> columns =
                new ArrayList<>(Arrays.asList(parquet.schema().fields()));
        for (StructField text : texts.schema().fields()) {
            Optional<StructField> same = find(parquet.schema(), text.name());
            if (same.isEmpty()) {
                columns.add(text);
            } else if (!same.get().dataType().equals(text.dataType())) {
                throw RefusalException.input(
                        "column_types_differ",
                        "the column " + text.name() + " is of type "
                                + same.get().dataType().catalogString() + " in the files that are Parquet",
                        "in all others it is a text, and no type holds the values of both exactly",
                        "write it as text in the Parquet files, or run them apart");
            }
        }
        return select(parquet, columns).union(select(texts, columns));
    }

    private static Dataset<Row> select(Dataset<Row> rows, List<StructField> columns) {
        return rows.select(columns.stream()
                .map(field -> find(rows.schema(), field.name())
                        .map(own -> column(own.name()))
                        .orElseGet(() -> lit(null).cast(field.dataType()))
                        .as(field.name(), field.metadata()))
                .toArray(Column[]::new));
    }

    private static Optional<StructField> find(StructType columns, String name) {
        return Arrays.stream(columns.fields())
                .filter(field -> field.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static Column column(String name) {
        return col(PromptColumns.quoted(name));
    }
}
