package io.promptmill.jobs.input;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The type that two files' values of one column have in common: it holds each of them exactly. */
final class CommonType {
    private static final List<DataType> INTEGERS =
            List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);
    private static final int[] INTEGER_DIGITS = {3, 5, 10, 19};

    /** By a type of numbers those that hold each of its values, too. */
    private static final Map<DataType, List<DataType>> EXACT_IN = Map.of(
            DataTypes.ByteType,
            List.of(
                    DataTypes.ShortType,
                    DataTypes.IntegerType,
                    DataTypes.LongType,
                    DataTypes.FloatType,
                    DataTypes.DoubleType),
            DataTypes.ShortType,
            List.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.FloatType, DataTypes.DoubleType),
            DataTypes.IntegerType,
            List.of(DataTypes.LongType, DataTypes.DoubleType),
            DataTypes.FloatType,
            List.of(DataTypes.DoubleType));

    private static final DataType AS_WHICH_NULLS_ARE_READ = DataTypes.IntegerType;

    private CommonType() {}

    /** The common type, all of whose parts may be null, or empty where values would change. */
    static Optional<DataType> of(DataType one, DataType other) {
        if (one.equals(DataTypes.NullType) || DataType.equalsIgnoreNullability(one, other)) {
            return Optional.of(other.asNullable());
        }
        if (other.equals(DataTypes.NullType)) {
            return Optional.of(one.asNullable());
        }
        if (one instanceof StructType struct && other instanceof StructType otherStruct) {
            return ofStructs(struct, otherStruct);
        }
        if (one instanceof ArrayType array && other instanceof ArrayType otherArray) {
            return of(array.elementType(), otherArray.elementType()).map(DataTypes::createArrayType);
        }
        if (one instanceof MapType map && other instanceof MapType otherMap) {
            Optional<DataType> values = of(map.valueType(), otherMap.valueType());
            return of(map.keyType(), otherMap.keyType())
                    .flatMap(key -> values.map(value -> DataTypes.createMapType(key, value)));
        }
        return ofNumbers(one, other).or(() -> ofNumbers(other, one));
    }

    /** The type by which to read a column of a file whose values are then cast to the common one. */
    static DataType reading(DataType common, DataType own) {
        if (common instanceof StructType struct && own instanceof StructType ownStruct) {
            return DataTypes.createStructType(Arrays.stream(struct.fields())
                    .map(field -> find(ownStruct, field.name())
                            .map(found -> withType(field, reading(field.dataType(), found.dataType())))
                            .orElse(field))
                    .toList());
        }
        if (common instanceof ArrayType array && own instanceof ArrayType ownArray) {
            return DataTypes.createArrayType(reading(array.elementType(), ownArray.elementType()));
        }
        if (common instanceof MapType map && own instanceof MapType ownMap) {
            return DataTypes.createMapType(
                    reading(map.keyType(), ownMap.keyType()), reading(map.valueType(), ownMap.valueType()));
        }
        return own.equals(DataTypes.NullType) ? AS_WHICH_NULLS_ARE_READ : own;
    }

    /** The type without parts that hold nothing but nulls and have no type. */
    static DataType typed(DataType type) {
        return reading(type, type);
    }

    /** Values of a {@link #reading} type as those of the common one. */
    static Column cast(Column values, DataType reading, DataType common) {
        if (DataType.equalsIgnoreNullability(reading, common)) {
            return values;
        }
        if (common instanceof StructType struct && reading instanceof StructType from) {
            Column[] fields = IntStream.range(0, struct.length())
                    .mapToObj(i -> cast(
                                    values.getField(from.apply(i).name()),
                                    from.apply(i).dataType(),
                                    struct.apply(i).dataType())
                            .as(struct.apply(i).name()))
                    .toArray(Column[]::new);
            return when(values.isNotNull(), struct(fields));
        }
        if (common instanceof ArrayType array && reading instanceof ArrayType from) {
            return transform(values, element -> cast(element, from.elementType(), array.elementType()));
        }
        if (common instanceof MapType map
                && reading instanceof MapType from
                && from.keyType().equals(map.keyType())) {
            return transform_values(values, (key, value) -> cast(value, from.valueType(), map.valueType()));
        }
        return reading.equals(AS_WHICH_NULLS_ARE_READ) && !(common instanceof NumericType)
                ? lit(null).cast(common)
                : values.cast(common);
    }

    /** The field of that name, in which case makes no difference. */
    static Optional<StructField> find(StructType struct, String name) {
        return Arrays.stream(struct.fields())
                .filter(field -> field.name().equalsIgnoreCase(name))
                .findFirst();
    }

    static StructField withType(StructField field, DataType type) {
        return new StructField(field.name(), type, true, field.metadata());
    }

    private static Optional<DataType> ofStructs(StructType one, StructType other) {
        List<StructField> fields = new ArrayList<>();
        for (StructField field : one.fields()) {
            DataType type = field.dataType();
            Optional<DataType> common = find(other, field.name())
                    .map(found -> of(type, found.dataType()))
                    .orElse(Optional.of(type.asNullable()));
            if (common.isEmpty()) {
                return common;
            }
            fields.add(withType(field, common.get()));
        }
        Arrays.stream(other.fields())
                .filter(field -> find(one, field.name()).isEmpty())
                .map(field -> withType(field, field.dataType().asNullable()))
                .forEach(fields::add);
        return Optional.of(DataTypes.createStructType(fields));
    }

    private static Optional<DataType> ofNumbers(DataType small, DataType large) {
        if (large instanceof DecimalType decimal) {
            return ofDecimal(small, decimal);
        }
        return EXACT_IN.getOrDefault(small, List.of()).contains(large) ? Optional.of(large) : Optional.empty();
    }

    private static Optional<DataType> ofDecimal(DataType other, DecimalType decimal) {
        int integer = INTEGERS.indexOf(other);
        int digits;
        int scale;
        if (other instanceof DecimalType second) {
            scale = second.scale();
            digits = second.precision() - scale;
        } else if (integer >= 0) {
            scale = 0;
            digits = INTEGER_DIGITS[integer];
        } else {
            return Optional.empty();
        }
        scale = Math.max(scale, decimal.scale());
        digits = Math.max(digits, decimal.precision() - decimal.scale());
        return digits + scale > DecimalType.MAX_PRECISION()
                ? Optional.empty()
                : Optional.of(DataTypes.createDecimalType(digits + scale, scale));
    }
}
