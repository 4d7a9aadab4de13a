package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.OuterReference;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Subquery;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Makes operators of calls: each is computed below the operator that calls, which then reads a column. As Spark's
 * {@code ExtractPythonUDFs}, but while a query is still analysed, so that filters, limits and the pruning of columns meet
 * the new operators, and a call may stand wherever a column may.
 */
final class ExtractGeneration extends Rule<LogicalPlan> {
    private final SparkSession session;

    ExtractGeneration(SparkSession session) {
        this.session = session;
    }

    /** A call and the column that holds its value. */
    private record Computed(GenerationCall call, Attribute column) {}

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        // What refers to an outer query becomes a part of it later.
        return plan instanceof Subquery subquery && subquery.correlated()
                ? plan
                : plan.transformUp(PlanRewrite.of(this::extract));
    }

    private LogicalPlan extract(LogicalPlan plan) {
        if (!plan.resolved() || plan instanceof Command || plan.children().isEmpty()) {
            return plan;
        }
        List<GenerationCall> calls = innermost(ScalaCollections.javaList(plan.expressions()));
        if (calls.isEmpty()) {
            return plan;
        }
        LogicalPlan guarded = plan.transformExpressions(PlanRewrite.of(ConditionalPrompts::guard));
        if (!(guarded instanceof Aggregate aggregate)) {
            return computeBelow(guarded, innermost(ScalaCollections.javaList(guarded.expressions())));
        }
        List<GenerationCall> ofRows = innermost(AggregateCalls.ofRows(aggregate));
        return ofRows.isEmpty() ? extract(AggregateCalls.lift(aggregate)) : computeBelow(aggregate, ofRows);
    }

    /** The calls without a call in their arguments. */
    private static List<GenerationCall> innermost(List<Expression> expressions) {
        List<GenerationCall> calls = new ArrayList<>();
        expressions.forEach(expression -> collect(expression, calls));
        return calls;
    }

    private static void collect(Expression expression, List<GenerationCall> calls) {
        int before = calls.size();
        if (expression instanceof SubqueryExpression && expression.exists(GenerationCall.class::isInstance)) {
            throw SqlRefusal.of(
                    "the condition of a subquery calls with a column of the query around it: call it in a subquery of"
                            + " that query's FROM, and use its column",
                    expression.origin());
        }
        ScalaCollections.<Expression>javaList(expression.children()).forEach(child -> collect(child, calls));
        if (expression instanceof GenerationCall call
                && calls.size() == before
                && !call.exists(OuterReference.class::isInstance)) {
            calls.add(call);
        }
    }

    private LogicalPlan computeBelow(LogicalPlan plan, List<GenerationCall> calls) {
        List<LogicalPlan> children = ScalaCollections.javaList(plan.children());
        List<Computed> computed = new ArrayList<>();
        for (GenerationCall call : calls) {
            if (find(call, computed).isEmpty()) {
                int child = childWithColumnsOf(call, children);
                GenerationBelow below = GenerationBelow.of(call, children.get(child), session.conf());
                children.set(child, below.plan());
                computed.add(new Computed(call, below.result()));
            }
        }
        LogicalPlan rewritten = plan.withNewChildren(ScalaCollections.seq(children))
                .transformExpressions(PlanRewrite.of(expression -> expression instanceof GenerationCall call
                        ? find(call, computed).<Expression>map(Computed::column).orElse(call)
                        : expression));
        LogicalPlan whole = extract(rewritten);
        // A column that was needed for a filter, say, goes no further.
        return whole.output().equals(plan.output())
                ? whole
                : new Project(ScalaCollections.seq(ScalaCollections.javaList(plan.output())), whole);
    }

    private static Optional<Computed> find(GenerationCall call, List<Computed> computed) {
        return computed.stream()
                .filter(earlier -> earlier.call().equals(call) || earlier.call().isSameAs(call))
                .findFirst();
    }

    private static int childWithColumnsOf(GenerationCall call, List<LogicalPlan> children) {
        for (int i = 0; i < children.size(); i++) {
            if (call.references().subsetOf(children.get(i).outputSet())) {
                return i;
            }
        }
        throw SqlRefusal.of(
                call.prettyName()
                        + " takes columns of both sides of a join in the join's condition: join first, and call it"
                        + " in the query around the join",
                call.origin());
    }
}
