package io.promptmill.spark;

import io.promptmill.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Whether the columns that are carried through can stand beside the output's own in a Parquet file. */
final class CarriedColumns {
    private CarriedColumns() {}

    static void check(List<StructField> carried, List<StructField> output) throws InputRefusedException {
        Map<String, String> taken = new HashMap<>();
        output.forEach(field -> taken.put(key(field), "the output has a column " + field.name() + " of its own"));
        for (StructField field : carried) {
            String clash = taken.putIfAbsent(key(field), "the input has a second column " + field.name());
            if (clash != null) {
                throw new InputRefusedException(new Problem(
                        "column_clash",
                        "the input column " + field.name() + " cannot be carried through",
                        clash + " and case makes no difference",
                        "rename the input column or drop it"));
            }
            if (!fitsParquet(field.dataType())) {
                throw new InputRefusedException(new Problem(
                        "column_type_not_in_parquet",
                        "the input column " + field.name() + " is of type "
                                + field.dataType().simpleString(),
                        "Parquet has no such type",
                        "cast the column or drop it"));
            }
        }
    }

    private static String key(StructField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    private static boolean fitsParquet(DataType type) {
        if (type instanceof StructType struct) {
            // A group without fields cannot be written.
            return struct.length() > 0
                    && Arrays.stream(struct.fields()).allMatch(field -> fitsParquet(field.dataType()));
        }
        if (type instanceof ArrayType array) {
            return fitsParquet(array.elementType());
        }
        if (type instanceof MapType map) {
            return fitsParquet(map.keyType()) && fitsParquet(map.valueType());
        }
        if (type instanceof UserDefinedType<?> custom) {
            return fitsParquet(custom.sqlType());
        }
        return type instanceof AtomicType && !type.equals(DataTypes.NullType);
    }
}
