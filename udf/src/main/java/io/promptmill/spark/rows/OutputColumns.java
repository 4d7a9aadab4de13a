package io.promptmill.spark.rows;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The output columns: their names, types and order. */
final class OutputColumns {
    static final String SEQUENCES = "sequences";
    static final String PROMPT_TOKENS = "prompt_tokens";
    static final String STATUS = "status";
    static final String ERROR = "error";

    /** So many columns at the beginning, id and prompt, have the names of the input's. */
    static final int NAMED_AS_IN_INPUT = 2;

    private static final DataType TOKEN_IDS = DataTypes.createArrayType(DataTypes.IntegerType, false);
    private static final DataType LOGPROBS = DataTypes.createArrayType(DataTypes.FloatType, false);

    private OutputColumns() {}

    /**
     * The columns before the carried ones. Those of id and prompt are named as in the input.
     *
     * @param prefix how the names of all others begin; may be empty
     */
    static List<StructField> of(InputColumns input, OutputLayout layout, TokenLogprobs logprobs, String prefix) {
        List<StructField> columns = new ArrayList<>();
        StructField id = input.id();
        // A digest is missing where the prompt is.
        columns.add(
                id == null
                        ? field(InputColumns.ID, DataTypes.StringType, Null.ALLOWED)
                        : DataTypes.createStructField(id.name(), id.dataType(), id.nullable()));
        columns.add(field(
                input.promptsAreTokenIds()
                        ? InputColumns.PROMPT
                        : input.prompt().name(),
                DataTypes.StringType,
                Null.ALLOWED));
        for (StructField own : own(layout, logprobs)) {
            columns.add(DataTypes.createStructField(prefix + own.name(), own.dataType(), own.nullable()));
        }
        return columns;
    }

    private static List<StructField> own(OutputLayout layout, TokenLogprobs logprobs) {
        List<StructField> columns = new ArrayList<>();
        StructField promptTokens = field(PROMPT_TOKENS, DataTypes.IntegerType, Null.ALLOWED);
        if (layout == OutputLayout.GROUPED) {
            columns.add(sequences(logprobs));
            columns.add(promptTokens);
        } else {
            columns.addAll(continuation(Null.ALLOWED));
            columns.add(promptTokens);
            columns.addAll(measures(logprobs, Null.ALLOWED));
        }
        columns.add(field(STATUS, DataTypes.StringType, Null.NEVER));
        columns.add(field(ERROR, DataTypes.StringType, Null.ALLOWED));
        return columns;
    }

    /** The array that holds a prompt's sequences in the grouped layout. */
    static StructField sequences(TokenLogprobs logprobs) {
        List<StructField> fields = new ArrayList<>(continuation(Null.NEVER));
        fields.addAll(measures(logprobs, Null.NEVER));
        StructType sequence = DataTypes.createStructType(fields);
        return field(SEQUENCES, DataTypes.createArrayType(sequence, false), Null.NEVER);
    }

    private static List<StructField> continuation(Null without) {
        return List.of(
                field("index", DataTypes.IntegerType, without),
                field("generated_text", DataTypes.StringType, Null.ALLOWED),
                field("token_ids", TOKEN_IDS, without),
                field("finish_reason", DataTypes.StringType, without),
                field("stop_reason", DataTypes.StringType, Null.ALLOWED));
    }

    private static List<StructField> measures(TokenLogprobs logprobs, Null without) {
        List<StructField> fields = new ArrayList<>(List.of(
                field("completion_tokens", DataTypes.IntegerType, without),
                field("cumulative_logprob", DataTypes.DoubleType, without)));
        if (logprobs == TokenLogprobs.INCLUDED) {
            fields.add(field("token_logprobs", LOGPROBS, without));
        }
        return fields;
    }

    private static StructField field(String name, DataType type, Null nulls) {
        return DataTypes.createStructField(name, type, nulls == Null.ALLOWED);
    }

    private enum Null {
        ALLOWED,
        NEVER
    }
}
