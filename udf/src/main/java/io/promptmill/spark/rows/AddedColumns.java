package io.promptmill.spark.rows;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.promptmill.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that are added to a Dataset which keeps all its own: the sequences of each row's prompt, {@code status} and
 * {@code error}. Immutable.
 *
 * @param idColumn the input's column that holds each row's key, or null: then a prompt's digest is its key
 * @param promptColumn the input's column that holds the prompts
 * @param sequencesColumn what the added column of sequences is called
 * @param logprobs whether sequences name the log-probability of every token
 */
public record AddedColumns(String idColumn, String promptColumn, String sequencesColumn, TokenLogprobs logprobs) {
    /** The prompt column where none is named. */
    public static final String PROMPT = InputColumns.PROMPT;

    /** The added column of sequences where no other name is given. */
    public static final String SEQUENCES = OutputColumns.SEQUENCES;

    /** The whole input row, which passes through the prediction as one carried column. */
    private static final String INPUT = "input";

    /** Checks that only the id column is missing. */
    public AddedColumns {
        Objects.requireNonNull(promptColumn, "promptColumn");
        Objects.requireNonNull(sequencesColumn, "sequencesColumn");
        Objects.requireNonNull(logprobs, "logprobs");
    }

    /**
     * The input's columns and the added ones.
     *
     * @throws InputRefusedException when a column is missing, has a type that cannot be used, or clashes
     */
    public StructType schema(StructType input) throws InputRefusedException {
        InputColumns.find(input, idColumn, promptColumn);
        checkDistinct(input.fieldNames());
        List<StructField> columns = new ArrayList<>(Arrays.asList(input.fields()));
        for (StructField added : added()) {
            checkFree(added.name(), columns);
            columns.add(added);
        }
        return DataTypes.createStructType(columns);
    }

    /**
     * The columns with a meaning under their own names, and the whole row beside them.
     *
     * @throws InputRefusedException when a column is missing or has a type that cannot be used
     */
    public Dataset<Row> narrow(Dataset<Row> input) throws InputRefusedException {
        InputColumns columns = InputColumns.find(input.schema(), idColumn, promptColumn);
        List<Column> selected = new ArrayList<>();
        if (columns.id() != null) {
            selected.add(PromptColumns.column(columns.id()).as(InputColumns.ID));
        }
        selected.add(PromptColumns.column(columns.prompt())
                .as(columns.promptsAreTokenIds() ? InputColumns.PROMPT_TOKEN_IDS : InputColumns.PROMPT));
        if (columns.samplingParams() != null) {
            selected.add(PromptColumns.column(columns.samplingParams()).as(InputColumns.SAMPLING_PARAMS));
        }
        selected.add(struct(col("*")).as(INPUT));
        return input.select(selected.toArray(Column[]::new));
    }

    /**
     * What a predictor reads and writes.
     *
     * @param narrowed the columns of {@link #narrow}
     * @throws InputRefusedException when they are others
     */
    public PromptColumns promptColumns(StructType narrowed) throws InputRefusedException {
        return PromptColumns.carryingOnly(INPUT, narrowed, logprobs);
    }

    /**
     * The rows with all their columns and the added ones.
     *
     * @param predicted rows of the {@link PromptColumns#outputSchema} of {@link #promptColumns}
     */
    public Dataset<Row> widen(Dataset<Row> predicted) {
        return predicted.select(
                col(INPUT + ".*"),
                col(OutputColumns.SEQUENCES).as(sequencesColumn),
                col(OutputColumns.STATUS),
                col(OutputColumns.ERROR));
    }

    private List<StructField> added() {
        return List.of(
                DataTypes.createStructField(
                        sequencesColumn, OutputColumns.sequences(logprobs).dataType(), false),
                DataTypes.createStructField(OutputColumns.STATUS, DataTypes.StringType, false),
                DataTypes.createStructField(OutputColumns.ERROR, DataTypes.StringType, true));
    }

    private static void checkDistinct(String[] names) throws InputRefusedException {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new InputRefusedException(new Problem(
                        "column_clash",
                        "the input column " + name + " cannot be kept",
                        "the input has a second column " + name,
                        "rename or drop one of them, or join by the column's name, which keeps one"));
            }
        }
    }

    private static void checkFree(String name, List<StructField> columns) throws InputRefusedException {
        if (columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(name))) {
            throw new InputRefusedException(new Problem(
                    "column_clash",
                    "a column " + name + " cannot be added",
                    "there is one of that name already and case makes no difference",
                    "rename or drop it, or give the column of sequences another name where that is the clash"));
        }
    }
}
