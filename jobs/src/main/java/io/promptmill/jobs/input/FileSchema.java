package io.promptmill.jobs.input;

import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Spark's types for the columns of one Parquet file; each is found by itself, so that those without one are known by name. */
final class FileSchema {
    /** Under this key Spark puts its own schema into a footer. */
    static final String SPARK_METADATA = "org.apache.spark.sql.parquet.row.metadata";

    private static final int HALF_FLOAT_BYTES = 2;
    private static final String HALF_FLOATS = "half-precision floats";
    private static final int SHOWN_COLUMNS = 20;

    private final ParquetToSparkSchemaConverter converter;
    private final StructType claimed;
    private final List<StructField> columns = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();

    private FileSchema(ParquetToSparkSchemaConverter converter, StructType claimed) {
        this.converter = converter;
        this.claimed = claimed;
    }

    /** The columns of a file; what is declared to hold nothing but nulls is of {@code NullType}. */
    static StructType of(InputFooter footer, ParquetToSparkSchemaConverter converter) throws RefusalException {
        String path = footer.file().path();
        FileSchema schema;
        try {
            FileMetaData metadata = Util.readFileMetaData(
                    new ByteArrayInputStream(footer.schema().getBytes(StandardCharsets.ISO_8859_1)));
            schema = new FileSchema(converter, claimed(metadata));
            schema.read(metadata.getSchema());
        } catch (IOException | RuntimeException e) { // a tree may have any form
            throw RefusalException.input(
                    "input_unreadable",
                    "the schema of " + path + " is damaged",
                    Failures.rootMessage(e),
                    "write the damaged file anew or leave it out");
        }
        schema.refuseUnreadable(path);
        return DataTypes.createStructType(schema.columns);
    }

    /** The schema is a tree in depth-first order; the children of its root are the columns. */
    private void read(List<SchemaElement> tree) {
        int start = 1;
        for (int column = 0; column < tree.get(0).getNum_children(); column++) {
            int end = start;
            for (long open = 1; open > 0; end++) {
                open += tree.get(end).getNum_children() - 1;
            }
            readColumn(tree.subList(start, end));
            start = end;
        }
        if (start != tree.size()) {
            throw new IllegalArgumentException("it has " + tree.size() + " fields and a place for " + start);
        }
    }

    private void readColumn(List<SchemaElement> tree) {
        String name = tree.get(0).getName();
        Optional<String> kind = tree.stream()
                .map(FileSchema::kindWithoutType)
                .flatMap(Optional::stream)
                .findFirst();
        if (kind.isPresent()) {
            unreadable.add(name + " of " + kind.get());
            return;
        }
        try {
            StructField stored = converter.convert(message(tree)).fields()[0];
            columns.add(tree.stream().anyMatch(FileSchema::isOnlyNulls) ? withNulls(stored, tree) : named(stored));
        } catch (Exception e) { // Spark throws its checked AnalysisException undeclared
            String reason = Failures.rootMessage(e)
                    .replaceFirst("^(\\[[A-Z_.]+] )?(Illegal Parquet type: )?", "")
                    .replaceFirst("\\.( SQLSTATE: \\w+)?$", "");
            unreadable.add(name + " of " + (reason.endsWith("(FLOAT16)") ? HALF_FLOATS : reason));
        }
    }

    private static MessageType message(List<SchemaElement> column) throws IOException {
        List<SchemaElement> tree = new ArrayList<>(List.of(new SchemaElement("root").setNum_children(1)));
        tree.addAll(column);
        return new ParquetMetadataConverter()
                .fromParquetMetadata(new FileMetaData(1, tree, 0, List.of()))
                .getFileMetaData()
                .getSchema();
    }

    /** What a field is of when no Spark, or not this one, has a type for it; empty where Spark is asked. */
    private static Optional<String> kindWithoutType(SchemaElement field) {
        if (isTimeOfDay(field)) { // Spark 4 has a type, which its executors refuse
            return Optional.of("times of day");
        }
        if (field.getNum_children() > 0 || field.isSetType()) {
            return Optional.empty();
        }
        return Optional.of(
                field.getType_length() == HALF_FLOAT_BYTES ? HALF_FLOATS : "values of a kind newer than this Spark");
    }

    private static boolean isTimeOfDay(SchemaElement field) {
        return (field.isSetLogicalType() && field.getLogicalType().isSetTIME())
                || field.getConverted_type() == ConvertedType.TIME_MILLIS
                || field.getConverted_type() == ConvertedType.TIME_MICROS;
    }

    private static boolean isOnlyNulls(SchemaElement field) {
        return field.isSetLogicalType() && field.getLogicalType().isSetUNKNOWN();
    }

    /** Spark reads what is declared to be nulls as some number; it is what changes when it is declared to be another. */
    private StructField withNulls(StructField stored, List<SchemaElement> tree) throws IOException {
        List<SchemaElement> other = new ArrayList<>();
        for (SchemaElement field : tree) {
            SchemaElement copy = new SchemaElement(field);
            if (isOnlyNulls(field)) {
                copy.unsetLogicalType();
                copy.setType(field.getType() == Type.DOUBLE ? Type.BOOLEAN : Type.DOUBLE);
            }
            other.add(copy);
        }
        DataType changed = converter.convert(message(other)).fields()[0].dataType();
        return CommonType.withType(stored, nullWhereChanged(stored.dataType(), changed));
    }

    private static DataType nullWhereChanged(DataType type, DataType changed) {
        if (type instanceof StructType struct && changed instanceof StructType other) {
            return DataTypes.createStructType(IntStream.range(0, struct.length())
                    .mapToObj(i -> CommonType.withType(
                            struct.apply(i),
                            nullWhereChanged(
                                    struct.apply(i).dataType(), other.apply(i).dataType())))
                    .toList());
        }
        if (type instanceof ArrayType array && changed instanceof ArrayType other) {
            return DataTypes.createArrayType(nullWhereChanged(array.elementType(), other.elementType()));
        }
        if (type instanceof MapType map && changed instanceof MapType other) {
            return DataTypes.createMapType(
                    nullWhereChanged(map.keyType(), other.keyType()),
                    nullWhereChanged(map.valueType(), other.valueType()));
        }
        return type.equals(changed) ? type : DataTypes.NullType;
    }

    private static StructType claimed(FileMetaData metadata) {
        if (metadata.isSetKey_value_metadata()) {
            String json = metadata.getKey_value_metadata().get(0).getValue();
            try {
                if (DataType.fromJson(json) instanceof StructType columns) {
                    return columns;
                }
            } catch (RuntimeException e) {
                return new StructType(); // of a version of Spark that says it otherwise
            }
        }
        return new StructType();
    }

    /**
     * What Spark says of a column when it has written it, and what is stored still is that: other writers pass the footer's
     * entry on with other columns.
     */
    private StructField named(StructField stored) {
        return Arrays.stream(claimed.fields())
                .filter(field -> field.name().equals(stored.name()))
                .filter(field -> DataType.equalsIgnoreNullability(field.dataType(), stored.dataType())
                        || field.dataType().existsRecursively(FileSchema::isStoredAsAnother) == Boolean.TRUE)
                .findFirst()
                .orElse(stored);
    }

    private static boolean isStoredAsAnother(DataType type) {
        return type instanceof UserDefinedType || type instanceof AnsiIntervalType;
    }

    private void refuseUnreadable(String path) throws RefusalException {
        if (unreadable.isEmpty()) {
            return;
        }
        boolean nanoseconds = unreadable.stream().anyMatch(column -> column.contains("TIMESTAMP(NANOS"));
        throw RefusalException.input(
                "column_type_unreadable",
                "these columns of " + path + " cannot be read: "
                        + String.join("; ", unreadable.subList(0, Math.min(SHOWN_COLUMNS, unreadable.size())))
                        + (unreadable.size() > SHOWN_COLUMNS ? "; …" : ""),
                "Spark has no type for their values",
                "cast these columns or drop them"
                        + (nanoseconds
                                ? "; nanoseconds become microseconds with pyarrow's coerce_timestamps='us', or are"
                                        + " carried as integers with"
                                        + " --conf spark.sql.legacy.parquet.nanosAsLong=true"
                                : ""));
    }
}
