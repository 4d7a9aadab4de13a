package io.promptmill.jobs.prompts;

import io.promptmill.spark.rows.PromptColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.collection.mutable.HashSet;

/**
 * Whether maps keep their entries in Spark's rows. Parquet allows a key twice, a row's map does not, and bytes that are not
 * UTF-8 become U+FFFD in it, by which keys become one. Stateless.
 */
final class MapCheck {
    private MapCheck() {}

    /** The first column of which a map, at any depth, would lose entries; by a Spark job where there are maps at all. */
    static Optional<String> columnThatLosesEntries(Dataset<Row> source) {
        List<StructField> fields = Arrays.stream(source.schema().fields())
                .filter(field -> hasMap(field.dataType()))
                .toList();
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        String[] columns =
                fields.stream().map(field -> PromptColumns.quoted(field.name())).toArray(String[]::new);
        StructType types = DataTypes.createStructType(fields);
        return source
                .select(columns[0], Arrays.copyOfRange(columns, 1, columns.length))
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(rows -> lossy(rows, types).iterator())
                .distinct()
                .collect()
                .stream()
                .min(Integer::compare)
                .map(index -> fields.get(index).name());
    }

    private static boolean hasMap(DataType type) {
        if (type instanceof StructType struct) {
            return Arrays.stream(struct.fields()).anyMatch(field -> hasMap(field.dataType()));
        }
        if (type instanceof ArrayType array) {
            return hasMap(array.elementType());
        }
        return type instanceof MapType || (type instanceof UserDefinedType<?> custom && hasMap(custom.sqlType()));
    }

    private static List<Integer> lossy(Iterator<InternalRow> rows, StructType types) {
        TreeSet<Integer> lossy = new TreeSet<>();
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            IntStream.range(0, types.length())
                    .filter(i -> !lossy.contains(i) && fieldLoses(row, i, types))
                    .forEach(lossy::add);
        }
        return new ArrayList<>(lossy);
    }

    private static boolean fieldLoses(InternalRow row, int i, StructType types) {
        DataType type = types.apply(i).dataType();
        return hasMap(type) && !row.isNullAt(i) && loses(row.get(i, type), type);
    }

    private static boolean loses(Object value, DataType type) {
        if (type instanceof StructType struct) {
            InternalRow row = (InternalRow) value;
            return IntStream.range(0, struct.length()).anyMatch(i -> fieldLoses(row, i, struct));
        }
        if (type instanceof ArrayType array) {
            return anyLoses((ArrayData) value, array.elementType());
        }
        if (type instanceof MapType map) {
            MapData entries = (MapData) value;
            return distinct(entries.keyArray(), map.keyType()) < entries.numElements()
                    || anyLoses(entries.valueArray(), map.valueType());
        }
        return type instanceof UserDefinedType<?> custom && loses(value, custom.sqlType());
    }

    private static boolean anyLoses(ArrayData values, DataType type) {
        return hasMap(type)
                && IntStream.range(0, values.numElements())
                        .anyMatch(i -> !values.isNullAt(i) && loses(values.get(i, type), type));
    }

    /** The number of keys by the equality of Scala's maps, which rows have. */
    private static int distinct(ArrayData keys, DataType type) {
        HashSet<Object> distinct = new HashSet<>();
        for (int i = 0; i < keys.numElements(); i++) {
            Object key = keys.get(i, type);
            if (type.equals(DataTypes.StringType)) {
                distinct.add(key.toString());
            } else {
                distinct.add(type instanceof AtomicType ? key : CatalystTypeConverters.convertToScala(key, type));
            }
        }
        return distinct.size();
    }
}
