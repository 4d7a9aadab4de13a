package io.promptmill.spark.rows;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.size;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Which input columns make a prompt, which are carried through, and what the output looks like; all of it is checked
 * before the first row is read. Immutable.
 */
public final class PromptColumns implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * A longer prompt is rejected before it reaches the tokenizer. Far beyond any context window, but small enough that
     * a book in one row does no harm to its neighbours.
     */
    public static final int MAX_PROMPT_BYTES = 1 << 20;

    private final InputColumns input;
    private final List<StructField> carried;
    private final OutputLayout layout;
    private final TokenLogprobs logprobs;
    private final String outputPrefix;
    /** The column that says why a row cannot be read, or null. */
    private final String problem;

    private PromptColumns(
            InputColumns input,
            List<StructField> carried,
            OutputLayout layout,
            TokenLogprobs logprobs,
            String outputPrefix,
            String problem) {
        this.input = input;
        this.carried = carried;
        this.layout = layout;
        this.logprobs = logprobs;
        this.outputPrefix = outputPrefix;
        this.problem = problem;
    }

    /** The columns of an input whose output's own columns have no prefix. */
    static PromptColumns of(
            StructType input, String idColumn, String promptColumn, OutputLayout layout, TokenLogprobs logprobs)
            throws InputRefusedException {
        return of(input, idColumn, promptColumn, layout, logprobs, "", SamplingParamsColumn.OMITTED);
    }

    /**
     * The columns of an input.
     *
     * @param idColumn the column that holds each row's key, or null: then the SHA-256 of a prompt is its key
     * @param promptColumn the column that holds the text; where it is {@code prompt} and absent, {@code prompt_token_ids} is used
     * @param outputPrefix put before the names of the output's own columns, those after id and prompt; may be empty
     * @param samplingParams whether the column of that name is carried through, too
     * @throws InputRefusedException when a column is missing, has a type that cannot be used, or clashes
     */
    public static PromptColumns of(
            StructType input,
            String idColumn,
            String promptColumn,
            OutputLayout layout,
            TokenLogprobs logprobs,
            String outputPrefix,
            SamplingParamsColumn samplingParams)
            throws InputRefusedException {
        InputColumns columns = InputColumns.find(input, idColumn, promptColumn);
        List<StructField> carried = new ArrayList<>();
        for (StructField field : input.fields()) {
            boolean consumed = field.equals(columns.id())
                    || (field.equals(columns.samplingParams()) && samplingParams == SamplingParamsColumn.OMITTED)
                    || (field.equals(columns.prompt()) && !columns.promptsAreTokenIds());
            if (!consumed) {
                carried.add(field);
            }
        }
        CarriedColumns.check(carried, OutputColumns.of(columns, layout, logprobs, outputPrefix), outputPrefix);
        return new PromptColumns(columns, List.copyOf(carried), layout, logprobs, outputPrefix, null);
    }

    /** Grouped columns of an input with standard names of which one is carried and need not fit into Parquet. */
    static PromptColumns carryingOnly(String carried, StructType input, TokenLogprobs logprobs)
            throws InputRefusedException {
        boolean hasId = Arrays.asList(input.fieldNames()).contains(InputColumns.ID);
        InputColumns columns = InputColumns.find(input, hasId ? InputColumns.ID : null, InputColumns.PROMPT);
        return new PromptColumns(columns, List.of(input.apply(carried)), OutputLayout.GROUPED, logprobs, "", null);
    }

    /** These columns, and one more of texts that says why a row cannot be read: where it is not null the row is rejected. */
    public PromptColumns withProblems(String column) {
        return new PromptColumns(input, carried, layout, logprobs, outputPrefix, column);
    }

    /**
     * What a predictor reads: id, prompt and row settings, then the carried columns, last what is wrong with the row. The
     * prompt and carried strings are binary: as text, badly encoded bytes would have been replaced silently.
     */
    public Dataset<Row> select(Dataset<Row> dataset) {
        List<Column> columns = new ArrayList<>();
        if (input.id() != null) {
            columns.add(column(input.id()));
        }
        columns.add(
                promptsAreTokenIds()
                        ? column(input.prompt())
                        : bytes(input.prompt()).as(input.prompt().name()));
        if (input.samplingParams() != null) {
            columns.add(column(input.samplingParams()));
        }
        carried.stream()
                .filter(field -> !field.equals(input.prompt()))
                .map(field -> isText(field) ? bytes(field).as(field.name()) : column(field))
                .forEach(columns::add);
        if (problem != null) {
            columns.add(col(quoted(problem)));
        }
        return dataset.select(columns.toArray(Column[]::new));
    }

    /** A prompt's bytes, or its tokens where prompts are token ids: no prompt has more tokens than that. */
    public Column promptLength() {
        return promptsAreTokenIds() ? size(column(input.prompt())) : octet_length(column(input.prompt()));
    }

    /** The columns of the results, in order. */
    public StructType outputSchema() {
        List<StructField> columns = OutputColumns.of(input, layout, logprobs, outputPrefix);
        columns.addAll(carried);
        return DataTypes.createStructType(columns);
    }

    /**
     * The text by which a row is known: keys its random stream and its chunk. Empty for a null id, or a null prompt
     * where the digest is the id; such rows are rejected.
     *
     * @param selected a row of {@link #select}
     */
    public String canonicalId(Row selected) {
        return canonical(id(selected));
    }

    /** The input's column with the prompts. */
    public String promptColumn() {
        return input.prompt().name();
    }

    /** The name in the output of the column that tells what was wrong. */
    String errorColumn() {
        return outputPrefix + OutputColumns.ERROR;
    }

    /** Whether prompts are token ids, for which no tokenizer is needed; otherwise they are text. */
    public boolean promptsAreTokenIds() {
        return input.promptsAreTokenIds();
    }

    /** A sentence for the user where columns are there that could be prompts and are none. */
    public Optional<String> warning() {
        boolean idsAreCarried = !promptsAreTokenIds()
                && carried.stream().anyMatch(field -> field.name().equalsIgnoreCase(InputColumns.PROMPT_TOKEN_IDS));
        return idsAreCarried
                ? Optional.of("the texts of the column " + promptColumn() + " are continued and "
                        + InputColumns.PROMPT_TOKEN_IDS
                        + " is carried along; where the ids are meant, leave the column "
                        + promptColumn() + " out")
                : Optional.empty();
    }

    /** Whether the rows may bring settings of their own, which win over all others. */
    public boolean hasSamplingParams() {
        return input.samplingParams() != null;
    }

    OutputLayout layout() {
        return layout;
    }

    TokenLogprobs logprobs() {
        return logprobs;
    }

    static String canonical(Object id) {
        return id == null ? "" : id.toString();
    }

    /** The value of the output's id column. */
    Object id(Row selected) {
        return input.id() == null ? PromptDigest.of(prompt(selected)) : selected.get(0);
    }

    /** UTF-8 bytes, or a sequence of token ids, or null. */
    Object prompt(Row selected) {
        return selected.get(promptPosition());
    }

    /** Why the row cannot be read, without a word of it, or null. */
    String problem(Row selected) {
        return problem == null ? null : selected.getString(selected.size() - 1);
    }

    /** The row's own settings as Spark gives them, or null. */
    Object samplingParams(Row selected) {
        return input.samplingParams() == null ? null : selected.get(promptPosition() + 1);
    }

    /** The values of the carried columns; strings that are badly encoded as {@link UTF8String}. */
    List<Object> carried(Row selected) {
        List<Object> values = new ArrayList<>();
        int position = promptPosition() + (input.samplingParams() == null ? 1 : 2);
        for (StructField field : carried) {
            Object value = field.equals(input.prompt()) ? prompt(selected) : selected.get(position++);
            values.add(value instanceof byte[] bytes && isText(field) ? text(bytes) : value);
        }
        return values;
    }

    // No String can hold badly encoded bytes; Spark's converters take either for a column of strings.
    private static Object text(byte[] bytes) {
        Optional<String> decoded = Utf8Text.decode(bytes);
        return decoded.isPresent() ? decoded.get() : UTF8String.fromBytes(bytes);
    }

    private static boolean isText(StructField field) {
        return field.dataType() instanceof StringType;
    }

    private static Column bytes(StructField field) {
        return column(field).cast(DataTypes.BinaryType);
    }

    private int promptPosition() {
        return input.id() == null ? 0 : 1;
    }

    /** A column's name as Spark's SQL takes it, whatever characters are in it. */
    public static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    static Column column(StructField field) {
        return col(quoted(field.name()));
    }
}
