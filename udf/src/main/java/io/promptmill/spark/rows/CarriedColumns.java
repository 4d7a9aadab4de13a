package io.promptmill.spark.rows;

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

    /**
     * Refuses names and types that cannot be.
     *
     * @param output the columns before the carried ones; the names of the first, id and prompt, are the input's
     * @param outputPrefix how the names of the others begin; may be empty
     */
    static void check(List<StructField> carried, List<StructField> output, String outputPrefix)
            throws InputRefusedException {
        Map<String, Clash> taken = new HashMap<>();
        int inputs = OutputColumns.NAMED_AS_IN_INPUT;
        for (StructField field : output.subList(inputs, output.size())) {
            taken.put(key(field), Clash.withOutput(field, outputPrefix));
        }
        for (StructField field : output.subList(0, inputs)) {
            Clash clash = taken.putIfAbsent(key(field), Clash.withInput(field));
            if (clash != null) {
                throw clash.refusal("the input column " + field.name() + " cannot keep its name");
            }
        }
        for (StructField field : carried) {
            Clash clash = taken.putIfAbsent(key(field), Clash.withInput(field));
            if (clash != null) {
                throw clash.refusal("the input column " + field.name() + " cannot be carried through");
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

    /** What another column of the name meets. */
    private record Clash(String why, String remedy) {
        static Clash withOutput(StructField field, String prefix) {
            return new Clash(
                    "the output has a column " + field.name() + " of its own",
                    "choose " + (prefix.isEmpty() ? "" : "other ") + "names for the output's own columns with "
                            + (prefix.isEmpty() ? "" : "another ")
                            + "--output-prefix, or rename or drop the input column");
        }

        static Clash withInput(StructField field) {
            return new Clash("the input has a second column " + field.name(), "rename the input column or drop it");
        }

        InputRefusedException refusal(String what) {
            return new InputRefusedException(
                    new Problem("column_clash", what, why + " and case makes no difference", remedy));
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
