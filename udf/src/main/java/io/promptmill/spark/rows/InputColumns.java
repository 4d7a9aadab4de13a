package io.promptmill.spark.rows;

import io.promptmill.GenerationOption;
import io.promptmill.Problem;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The input columns that have a meaning, found and their types checked. Immutable.
 *
 * @param id the key of a row, or null where a prompt's digest is its key
 * @param prompt the prompt's text, or its token ids
 * @param samplingParams the row's own settings, or null
 */
record InputColumns(StructField id, StructField prompt, StructField samplingParams) implements Serializable {
    static final String ID = "id";
    static final String PROMPT = "prompt";
    static final String PROMPT_TOKEN_IDS = "prompt_token_ids";
    static final String SAMPLING_PARAMS = "sampling_params";

    private static final Set<DataType> INTEGERS =
            Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

    /**
     * Finds the columns, exactly as named or else ignoring case. Where there is no column {@code prompt} and no other is
     * named, prompts are {@code prompt_token_ids}.
     *
     * @param idColumn null for none
     */
    static InputColumns find(StructType input, String idColumn, String promptColumn) throws InputRefusedException {
        StructField id = idColumn == null ? null : require(input, idColumn, "id");
        Optional<StructField> tokenIds = find(input, PROMPT_TOKEN_IDS);
        Optional<StructField> text = find(input, promptColumn);
        // A name that was asked for is never passed over.
        boolean nothingNamed = promptColumn.equals(PROMPT);
        StructField prompt = text.isEmpty() && nothingNamed && tokenIds.isPresent()
                ? tokenIds.get()
                : require(input, promptColumn, "prompt");
        StructField samplingParams = find(input, SAMPLING_PARAMS).orElse(null);
        if (id != null) {
            boolean allowed = id.dataType() instanceof StringType || isInteger(id.dataType());
            checkType(id, allowed, "string, byte, short, int, long or a decimal without fraction");
        }
        if (text.isPresent()) {
            checkType(prompt, prompt.dataType() instanceof StringType, "string");
        } else {
            checkType(prompt, isTokenIds(prompt.dataType()), "array<int> or an array of other integers");
        }
        if (samplingParams != null) {
            checkType(
                    samplingParams,
                    isSamplingParams(samplingParams.dataType()),
                    "struct, map<string,string>, or string with JSON");
            if (samplingParams.dataType() instanceof StructType settings) {
                checkSettings(samplingParams.name(), settings);
            }
        }
        return new InputColumns(id, prompt, samplingParams);
    }

    /** Whether prompts are token ids; otherwise they are text. */
    boolean promptsAreTokenIds() {
        return prompt.dataType() instanceof ArrayType;
    }

    private static Optional<StructField> find(StructType input, String name) {
        List<StructField> fields = Arrays.asList(input.fields());
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .or(() -> fields.stream()
                        .filter(field -> field.name().equalsIgnoreCase(name))
                        .findFirst());
    }

    private static StructField require(StructType input, String name, String role) throws InputRefusedException {
        Optional<StructField> found = find(input, name);
        if (found.isEmpty()) {
            List<String> names = Arrays.asList(input.fieldNames());
            throw new InputRefusedException(new Problem(
                    "missing_column",
                    "the input has no " + role + " column " + name,
                    names.isEmpty()
                            ? "it has no columns at all"
                            : "its columns are " + String.join(", ", names)
                                    + NearestName.of(name, names)
                                            .map(near -> " and the nearest is " + near)
                                            .orElse(""),
                    "name the " + role + " column of the input or add one"));
        }
        return found.get();
    }

    private static void checkType(StructField field, boolean allowed, String types) throws InputRefusedException {
        if (!allowed) {
            boolean untyped = field.dataType().equals(DataTypes.NullType);
            throw new InputRefusedException(new Problem(
                    "wrong_column_type",
                    "the column " + field.name() + " is of type "
                            + (untyped ? "void" : field.dataType().simpleString()),
                    untyped ? "a column without a type holds nothing but nulls" : "it must be " + types,
                    "cast the column to " + types + ", or name another one"));
        }
    }

    /** In a map or a JSON text a wrong name is a row's own; a field of a struct is one of all rows. */
    private static void checkSettings(String column, StructType settings) throws InputRefusedException {
        for (String name : settings.fieldNames()) {
            if (!SamplingParams.isKey(name)) {
                String why = name.equals(GenerationOption.PREFIX.key())
                        ? "the prefix is one for all rows"
                        : "no setting of a row is called so"
                                + NearestName.of(name, SamplingParams.KEYS)
                                        .map(nearest -> " and the nearest is " + nearest)
                                        .orElse("");
                throw new InputRefusedException(new Problem(
                        "unknown_setting",
                        "the column " + column + " has the field " + name,
                        why,
                        "rename the field or drop it"));
            }
        }
    }

    private static boolean isTokenIds(DataType type) {
        return type instanceof ArrayType array && isInteger(array.elementType());
    }

    // Spark reads unsigned integers of 64 bits as decimals.
    private static boolean isInteger(DataType type) {
        return INTEGERS.contains(type) || (type instanceof DecimalType decimal && decimal.scale() == 0);
    }

    private static boolean isSamplingParams(DataType type) {
        return type instanceof StructType
                || type instanceof StringType
                || (type instanceof MapType map
                        && map.keyType() instanceof StringType
                        && map.valueType() instanceof StringType);
    }
}
