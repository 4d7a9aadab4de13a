package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Repartition;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;

/**
 * Computes no more than a query needs: a result that nobody reads is not computed, rows that a filter or a limit above
 * leaves out are left out below, where neither looks at the result, and nothing is computed twice for a sort. Immutable.
 */
final class PushThroughGeneration extends Rule<LogicalPlan> {
    /** Of results that wait to be sorted. */
    private final int partitions;

    PushThroughGeneration(SparkSession session) {
        partitions = session.sparkContext().defaultParallelism();
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        return plan.transformDown(PlanRewrite.of(node -> push(node, plan)));
    }

    private LogicalPlan push(LogicalPlan node, LogicalPlan root) {
        if (node instanceof Project || node instanceof Aggregate) {
            return withoutUnused(node);
        }
        if (node instanceof Filter filter && filter.child() instanceof Generation generation) {
            return filtered(filter, generation);
        }
        if (node instanceof GlobalLimit limit && limit.child() instanceof LocalLimit local) {
            return limited(limit, local.child(), node == root);
        }
        if (node instanceof LocalLimit limit) {
            return limitedByPartition(limit);
        }
        if (node instanceof Sort sort && sort.global()) {
            return sorted(sort);
        }
        return node;
    }

    private static LogicalPlan withoutUnused(LogicalPlan node) {
        LogicalPlan child = node.children().head();
        if (child instanceof Generation generation && !node.references().contains(generation.result())) {
            return withChild(node, generation.child());
        }
        if (child instanceof Filter filter
                && filter.child() instanceof Generation generation
                && !node.references().contains(generation.result())
                && !filter.references().contains(generation.result())) {
            return withChild(node, withChild(filter, generation.child()));
        }
        return node;
    }

    private static LogicalPlan filtered(Filter filter, Generation generation) {
        List<Expression> below = new ArrayList<>();
        List<Expression> above = new ArrayList<>();
        for (Expression condition : conditions(filter.condition())) {
            boolean passes = condition.deterministic()
                    && condition.references().subsetOf(generation.child().outputSet());
            (passes ? below : above).add(condition);
        }
        if (below.isEmpty()) {
            return filter;
        }
        LogicalPlan computed = withChild(generation, new Filter(all(below), generation.child()));
        return above.isEmpty() ? computed : new Filter(all(above), computed);
    }

    private static List<Expression> conditions(Expression condition) {
        List<Expression> conditions = new ArrayList<>();
        if (condition instanceof And and) {
            conditions.addAll(conditions(and.left()));
            conditions.addAll(conditions(and.right()));
        } else {
            conditions.add(condition);
        }
        return conditions;
    }

    private static Expression all(List<Expression> conditions) {
        return conditions.stream().reduce(And::new).orElseThrow();
    }

    /** A limit of the whole plan takes partitions one by one, so that each may compute some rows: {@code root} stays. */
    private static LogicalPlan limited(GlobalLimit limit, LogicalPlan child, boolean root) {
        Optional<Long> rows = rows(limit.limitExpr());
        Optional<Sort> sort =
                child instanceof Sort ordered && ordered.global() ? Optional.of(ordered) : Optional.empty();
        LogicalPlan computing = sort.<LogicalPlan>map(Sort::child).orElse(child);
        Optional<Generation> generation = generation(computing);
        if (rows.isEmpty() || generation.isEmpty() || (root && sort.isEmpty())) {
            return limit;
        }
        LogicalPlan source = generation.get().child();
        boolean ordersByResult = sort.isPresent() && !sort.get().references().subsetOf(source.outputSet());
        if (ordersByResult || isAtMost(rows.get(), source.maxRows())) {
            return limit;
        }
        LogicalPlan ordered = sort.map(above -> withChild(above, source)).orElse(source);
        LogicalPlan few = new GlobalLimit(limit.limitExpr(), new LocalLimit(limit.limitExpr(), ordered));
        LogicalPlan computed = withSource(computing, few);
        LogicalPlan whole = sort.map(above -> withChild(above, computed)).orElse(computed);
        return new GlobalLimit(limit.limitExpr(), new LocalLimit(limit.limitExpr(), whole));
    }

    private static LogicalPlan limitedByPartition(LocalLimit limit) {
        Optional<Long> rows = rows(limit.limitExpr());
        Optional<Generation> generation = generation(limit.child());
        if (rows.isEmpty() || generation.isEmpty()) {
            return limit;
        }
        LogicalPlan source = generation.get().child();
        return isAtMost(rows.get(), source.maxRowsPerPartition())
                ? limit
                : withChild(limit, withSource(limit.child(), new LocalLimit(limit.limitExpr(), source)));
    }

    /**
     * Spark reads what it sorts twice, the first time to learn how the values are spread: so the rows are sorted before
     * they are computed on, or where the result is sorted by, it is kept by a shuffle.
     */
    private LogicalPlan sorted(Sort sort) {
        Optional<Generation> generation = generation(sort.child());
        if (generation.isEmpty()) {
            return isComputed(sort.child()) ? withChild(sort, new Repartition(partitions, true, sort.child())) : sort;
        }
        LogicalPlan source = generation.get().child();
        return sort.references().subsetOf(source.outputSet())
                ? withSource(sort.child(), withChild(sort, source))
                : withChild(sort, new Repartition(partitions, true, sort.child()));
    }

    /** Whether its rows are computed in the same stage. */
    private static boolean isComputed(LogicalPlan plan) {
        return plan instanceof Generation
                || ((plan instanceof Project || plan instanceof Filter)
                        && isComputed(plan.children().head()));
    }

    /** The plan itself, or what is below its only projection. */
    private static Optional<Generation> generation(LogicalPlan plan) {
        LogicalPlan below = plan instanceof Project project ? project.child() : plan;
        return below instanceof Generation generation ? Optional.of(generation) : Optional.empty();
    }

    private static LogicalPlan withSource(LogicalPlan computing, LogicalPlan source) {
        return computing instanceof Project project
                ? withChild(project, withChild(project.child(), source))
                : withChild(computing, source);
    }

    private static Optional<Long> rows(Expression limit) {
        return limit instanceof Literal literal && literal.value() instanceof Number number
                ? Optional.of(number.longValue())
                : Optional.empty();
    }

    private static boolean isAtMost(long rows, Option<Object> most) {
        return most.isDefined() && (long) most.get() <= rows;
    }

    private static LogicalPlan withChild(LogicalPlan node, LogicalPlan child) {
        return node.withNewChildren(ScalaCollections.seq(List.of(child)));
    }
}
