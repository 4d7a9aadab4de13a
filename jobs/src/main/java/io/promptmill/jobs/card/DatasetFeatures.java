package io.promptmill.jobs.card;

import io.promptmill.jobs.card.YamlHeader.Text;
import io.promptmill.jobs.markup.PlainLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns as Hugging Face's {@code datasets} spells them in a card
 * (https://huggingface.co/docs/datasets/about_dataset_features). Stateless.
 */
final class DatasetFeatures {
    /** How the values of a type are called where they are in a Parquet file of Spark. */
    private static final Map<DataType, String> VALUES = Map.ofEntries(
            Map.entry(DataTypes.StringType, "string"),
            Map.entry(DataTypes.BinaryType, "binary"),
            Map.entry(DataTypes.BooleanType, "bool"),
            Map.entry(DataTypes.ByteType, "int8"),
            Map.entry(DataTypes.ShortType, "int16"),
            Map.entry(DataTypes.IntegerType, "int32"),
            Map.entry(DataTypes.LongType, "int64"),
            Map.entry(DataTypes.FloatType, "float32"),
            Map.entry(DataTypes.DoubleType, "float64"),
            Map.entry(DataTypes.DateType, "date32"),
            Map.entry(DataTypes.TimestampType, "timestamp[us, tz=UTC]"),
            Map.entry(DataTypes.TimestampNTZType, "timestamp[us]"));

    private DatasetFeatures() {}

    /** The list of features; empty where one of them has no such spelling, and readers find them out by themselves. */
    static Optional<List<Object>> of(StructType columns) {
        List<Object> features = new ArrayList<>();
        for (StructField column : columns.fields()) {
            Optional<Map<String, Object>> type = type(column.dataType());
            if (type.isEmpty() || !PlainLine.of(column.name()).equals(column.name())) {
                return Optional.empty();
            }
            Map<String, Object> feature = new LinkedHashMap<>();
            feature.put("name", new Text(column.name()));
            feature.putAll(type.get());
            features.add(feature);
        }
        return Optional.of(features);
    }

    private static Optional<Map<String, Object>> type(DataType type) {
        if (type instanceof ArrayType array) {
            return type(array.elementType()).map(element -> Map.of("list", shortened(element)));
        }
        if (type instanceof StructType struct) {
            return of(struct).map(fields -> Map.of("struct", fields));
        }
        if (type instanceof DecimalType decimal) {
            return Optional.of(Map.of("dtype", "decimal128(" + decimal.precision() + ", " + decimal.scale() + ")"));
        }
        return Optional.ofNullable(VALUES.get(type)).map(value -> Map.of("dtype", value));
    }

    /** What is in a list is told without its own kind: {@code list: int32}, and of a struct its fields. */
    private static Object shortened(Map<String, Object> element) {
        return element.getOrDefault("dtype", element.getOrDefault("struct", element));
    }
}
