package io.promptmill.sql;

import io.promptmill.spark.rows.InputRefusedException;
import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What an operator computes of its rows, whatever they are. Immutable; equal tasks give the same for the same rows.
 *
 * @param function which function was called
 * @param model by which model
 * @param settings and how
 */
record GenerationTask(GenerationFunction function, ModelReference model, CallSettings settings) {
    private static final String ID = "id";
    private static final String PROMPT = "prompt";

    /** The type of a call's value. */
    static DataType resultType(GenerationFunction function, TokenLogprobs logprobs) {
        if (function.returned() == GenerationFunction.Returned.TEXT) {
            return DataTypes.StringType;
        }
        try {
            StructType output = columns(Optional.empty(), logprobs).outputSchema();
            return output.fields()[ResultValue.SEQUENCES].dataType();
        } catch (InputRefusedException e) {
            throw new IllegalStateException(e); // a prompt of text always does
        }
    }

    DataType resultType() {
        return resultType(function, settings.logprobs());
    }

    /**
     * What a predictor reads: an id, where there is one, and a prompt.
     *
     * @param id the type of the ids
     * @throws InputRefusedException when ids cannot be of that type
     */
    PromptColumns columns(Optional<DataType> id) throws InputRefusedException {
        return columns(id, settings.logprobs());
    }

    private static PromptColumns columns(Optional<DataType> id, TokenLogprobs logprobs) throws InputRefusedException {
        List<StructField> fields = new ArrayList<>();
        id.ifPresent(type -> fields.add(DataTypes.createStructField(ID, type, true)));
        fields.add(DataTypes.createStructField(PROMPT, DataTypes.StringType, true));
        return PromptColumns.of(
                DataTypes.createStructType(fields),
                id.isPresent() ? ID : null,
                PROMPT,
                OutputLayout.GROUPED,
                logprobs,
                "",
                SamplingParamsColumn.OMITTED);
    }
}
