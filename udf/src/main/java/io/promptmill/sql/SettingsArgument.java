package io.promptmill.sql;

import io.promptmill.spark.rows.SamplingParams;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.expressions.CreateMap;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;

/**
 * The second argument of a call, taken apart: constants, and an id that may be a column's.
 *
 * @param constants values as Spark or JSON libraries give them, by their keys, in the order they were written
 * @param id the id's expression, or empty where there is none
 */
record SettingsArgument(Map<String, Object> constants, Optional<Expression> id) {
    /** What messages call it. */
    static final String NAME = "the second argument";

    private static final String ID = "id";

    /** @throws IllegalArgumentException when it is not constant but for the id, or no JSON object */
    static SettingsArgument of(Expression argument) {
        if (argument instanceof CreateMap map) {
            SettingsArgument read = of(ScalaCollections.javaList(map.keys()), ScalaCollections.javaList(map.values()));
            read.constants().replaceAll(SamplingParams::stopOrText);
            return read;
        }
        if (argument instanceof CreateNamedStruct struct) {
            return of(ScalaCollections.javaList(struct.nameExprs()), ScalaCollections.javaList(struct.valExprs()));
        }
        Map<String, Object> constants = new LinkedHashMap<>(entries(constant(argument, NAME + " is")));
        Object id = constants.remove(ID);
        return new SettingsArgument(
                constants,
                Optional.ofNullable(id).map(value -> Literal.create(value.toString(), DataTypes.StringType)));
    }

    private static Map<String, Object> entries(Object value) {
        try {
            return SamplingParams.entries(value, NAME);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage()
                            + ": write settings as '{\"max_new_tokens\": 20}' or named_struct('max_new_tokens', 20)",
                    e);
        }
    }

    private static SettingsArgument of(List<Expression> keys, List<Expression> values) {
        Map<String, Object> constants = new LinkedHashMap<>();
        Optional<Expression> id = Optional.empty();
        for (int i = 0; i < keys.size(); i++) {
            String key = String.valueOf(constant(keys.get(i), "the name of a setting is"));
            if (key.equals(ID)) {
                id = Optional.of(values.get(i));
            } else {
                constants.put(key, constant(values.get(i), "the setting " + key + " is"));
            }
        }
        return new SettingsArgument(constants, id);
    }

    private static Object constant(Expression expression, String what) {
        if (!expression.foldable()) {
            throw new IllegalArgumentException(what + " not the same for all rows, but " + expression.sql()
                    + ": give constants, only id may be a column, in a map or a struct");
        }
        return CatalystTypeConverters.convertToScala(expression.eval(null), expression.dataType());
    }
}
