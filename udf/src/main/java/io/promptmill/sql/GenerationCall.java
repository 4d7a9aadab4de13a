package io.promptmill.sql;

import io.promptmill.spark.rows.TokenLogprobs;
import io.promptmill.spark.seam.BinaryFunction;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ImplicitCastInputTypes;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.AnyDataType$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;

/**
 * A call in a query. It is never evaluated by itself: {@link ExtractGeneration} makes an operator of it. Not deterministic
 * for the optimiser, which would otherwise compute it wherever it is used. Immutable; public for Spark, which copies it.
 */
public final class GenerationCall extends BinaryFunction implements ImplicitCastInputTypes {
    private static final long serialVersionUID = 1;
    private static final Literal NO_SETTINGS = Literal.create("{}", DataTypes.StringType);

    private final GenerationFunction function;
    private final Expression prompt;
    private final Expression settings;

    /** A call with settings. */
    public GenerationCall(GenerationFunction function, Expression prompt, Expression settings) {
        this.function = function;
        this.prompt = prompt;
        this.settings = settings;
    }

    /** A call without settings. */
    static GenerationCall of(GenerationFunction function, Expression prompt) {
        return new GenerationCall(function, prompt, NO_SETTINGS);
    }

    GenerationFunction function() {
        return function;
    }

    Expression prompt() {
        return prompt;
    }

    /**
     * The second argument, taken apart.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    SettingsArgument argument() {
        return SettingsArgument.of(settings);
    }

    /** Whether both give the same for the same row. */
    boolean isSameAs(GenerationCall other) {
        return function == other.function
                && prompt.semanticEquals(other.prompt)
                && settings.semanticEquals(other.settings);
    }

    @Override
    public DataType dataType() {
        return GenerationTask.resultType(function, logprobs());
    }

    /** What is wrong with the settings is told when the call becomes an operator. */
    private TokenLogprobs logprobs() {
        try {
            return CallSettings.of(function, argument().constants()).logprobs();
        } catch (IllegalArgumentException e) {
            return TokenLogprobs.OMITTED;
        }
    }

    @Override
    public boolean nullable() {
        return true;
    }

    @Override
    public boolean deterministic() {
        return false;
    }

    @Override
    public Seq<AbstractDataType> inputTypes() {
        return ScalaCollections.seq(List.of(DataTypes.StringType, AnyDataType$.MODULE$));
    }

    @Override
    public TypeCheckResult checkInputDataTypes() {
        DataType type = settings.dataType();
        if (!(prompt.dataType() instanceof StringType)) { // of any collation
            return new TypeCheckResult.TypeCheckFailure(
                    "the prompt must be a STRING, but is " + prompt.dataType().sql());
        }
        if (prompt.exists(NamedLambdaVariable.class::isInstance)) {
            return new TypeCheckResult.TypeCheckFailure(
                    "a lambda function cannot call it, since prompts are computed by partition: explode the array, and call it"
                            + " for the elements");
        }
        boolean readable = type instanceof StructType || type instanceof MapType || type instanceof StringType;
        return readable
                ? TypeCheckResult.TypeCheckSuccess$.MODULE$
                : new TypeCheckResult.TypeCheckFailure(
                        "the settings must be a MAP of STRINGs, a STRUCT or a STRING with a JSON object, but are "
                                + type.sql());
    }

    @Override
    public Expression left() {
        return prompt;
    }

    @Override
    public Expression right() {
        return settings;
    }

    @Override
    public Expression withNewChildrenInternal(Expression newPrompt, Expression newSettings) {
        return new GenerationCall(function, newPrompt, newSettings);
    }

    @Override
    public String prettyName() {
        return function.sqlName();
    }

    @Override
    public String sql() {
        return prettyName() + "(" + prompt.sql() + (hasSettings() ? ", " + settings.sql() : "") + ")";
    }

    @Override
    public String toString() {
        return prettyName() + "(" + prompt + (hasSettings() ? ", " + settings : "") + ")";
    }

    private boolean hasSettings() {
        return !settings.equals(NO_SETTINGS);
    }

    @Override
    public Object eval(InternalRow input) {
        throw notInOperator();
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        throw notInOperator();
    }

    private UnsupportedOperationException notInOperator() {
        return new UnsupportedOperationException(prettyName()
                + " cannot be computed here, since prompts are computed by partition: call it in the SELECT list of a"
                + " subquery, and use its column");
    }

    @Override
    public int productArity() {
        return 3;
    }

    @Override
    public Object productElement(int n) {
        return switch (n) {
            case 0 -> function;
            case 1 -> prompt;
            case 2 -> settings;
            default -> throw new IndexOutOfBoundsException(n);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof GenerationCall;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationCall that
                && function == that.function
                && prompt.equals(that.prompt)
                && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
