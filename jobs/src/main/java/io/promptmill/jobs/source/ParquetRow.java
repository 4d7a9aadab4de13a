package io.promptmill.jobs.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_json;

import io.promptmill.jobs.input.ParquetTable;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.rows.Utf8Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A row that Spark has read from Parquet as path, number and the bytes of texts becomes one of the source. */
final class ParquetRow implements Function<Row, Row> {
    private static final long serialVersionUID = 1;

    private final List<String> keys;
    private final FileNames names;

    ParquetRow(List<String> keys, FileNames names) {
        this.keys = keys;
        this.names = names;
    }

    /** Path, number, and the bytes of each wanted column's text, as {@link #call} takes them. */
    static Dataset<Row> bytes(Dataset<Row> rows, List<SourceColumn> wanted) {
        List<Column> columns = new ArrayList<>();
        columns.add(col(PromptColumns.quoted(ParquetTable.FILE)));
        columns.add(col(PromptColumns.quoted(ParquetTable.ROW)));
        for (SourceColumn column : wanted) {
            columns.add(Arrays.stream(rows.schema().fields())
                    .filter(field -> field.name().equalsIgnoreCase(column.name()))
                    .findFirst()
                    .map(ParquetRow::bytes)
                    .orElse(lit(null).cast(DataTypes.BinaryType))
                    .as(column.key()));
        }
        return rows.select(columns.toArray(Column[]::new));
    }

    private static Column bytes(StructField field) {
        Column values = col(PromptColumns.quoted(field.name()));
        DataType type = field.dataType();
        boolean nested = type instanceof ArrayType || type instanceof StructType || type instanceof MapType;
        return (nested ? to_json(values) : values.cast(DataTypes.StringType)).cast(DataTypes.BinaryType);
    }

    @Override
    public Row call(Row row) {
        String file = names.of(row.getString(0));
        long number = row.getLong(1);
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            byte[] bytes = row.getAs(2 + i);
            Optional<String> text = bytes == null ? Optional.empty() : Utf8Text.decode(bytes);
            if (bytes != null && text.isEmpty()) {
                return FileRows.row(file, SourceRow.bad(number, Lines.NOT_UTF8), keys, Map.of());
            }
            values.put(keys.get(i), text.orElse(null));
        }
        return FileRows.row(file, SourceRow.of(number, values), keys, Map.of());
    }
}
