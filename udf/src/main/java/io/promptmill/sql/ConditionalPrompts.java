package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.CaseWhen;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.Tuple2;

/**
 * Nothing is computed for rows that take another branch: a call in a branch of {@code IF}, {@code CASE} or {@code COALESCE}
 * gets a prompt that is NULL for them. Stateless.
 */
final class ConditionalPrompts {
    private static final Literal NO_PROMPT = Literal.create(null, DataTypes.StringType);

    private ConditionalPrompts() {}

    /** The expression with such prompts in its branches, where it is one that has any. */
    static Expression guard(Expression expression) {
        if (expression instanceof If branches) {
            Expression condition = branches.predicate();
            return new If(
                    condition,
                    guarded(branches.trueValue(), List.of(), condition),
                    guarded(branches.falseValue(), List.of(condition), null));
        }
        if (expression instanceof CaseWhen branches) {
            return ofCase(branches);
        }
        if (expression instanceof Coalesce choices) {
            List<Expression> values = new ArrayList<>();
            List<Expression> earlier = new ArrayList<>();
            for (Expression value : ScalaCollections.<Expression>javaList(choices.children())) {
                Expression guarded = guarded(value, earlier, null);
                values.add(guarded);
                earlier.add(new IsNotNull(guarded));
            }
            return new Coalesce(ScalaCollections.seq(values));
        }
        return expression;
    }

    private static Expression ofCase(CaseWhen branches) {
        List<Tuple2<Expression, Expression>> guarded = new ArrayList<>();
        List<Expression> earlier = new ArrayList<>();
        for (Tuple2<Expression, Expression> branch :
                ScalaCollections.<Tuple2<Expression, Expression>>javaList(branches.branches())) {
            Expression condition = guarded(branch._1(), earlier, null);
            guarded.add(new Tuple2<>(condition, guarded(branch._2(), earlier, condition)));
            earlier.add(condition);
        }
        Option<Expression> otherwise = branches.elseValue().isDefined()
                ? Option.apply(guarded(branches.elseValue().get(), earlier, null))
                : Option.empty();
        return new CaseWhen(ScalaCollections.seq(guarded), otherwise);
    }

    /**
     * A branch whose calls have a prompt only where it is taken.
     *
     * @param earlier conditions that are not true where it is
     * @param own the condition that is, or null
     */
    private static Expression guarded(Expression branch, List<Expression> earlier, Expression own) {
        List<Tuple2<Expression, Expression>> others = new ArrayList<>();
        earlier.forEach(condition -> others.add(new Tuple2<>(condition, NO_PROMPT)));
        boolean isOnly = others.isEmpty() && own == null;
        boolean certain = others.stream().allMatch(other -> other._1().deterministic() || hasCall(other._1()))
                && (own == null || own.deterministic() || hasCall(own));
        if (isOnly || !certain || !hasCall(branch)) {
            return branch;
        }
        return branch.transformUp(PlanRewrite.of(expression -> {
            if (!(expression instanceof GenerationCall call)) {
                return expression;
            }
            List<Tuple2<Expression, Expression>> cases = new ArrayList<>(others);
            cases.add(new Tuple2<>(own == null ? Literal.create(true, DataTypes.BooleanType) : own, call.prompt()));
            return call.withNewChildrenInternal(
                    new CaseWhen(ScalaCollections.seq(cases), Option.empty()), call.right());
        }));
    }

    private static boolean hasCall(Expression expression) {
        return expression.exists(GenerationCall.class::isInstance);
    }
}
