package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import scala.Option;

/** Tells the calls of an aggregation for its rows from those for its groups. Stateless. */
final class AggregateCalls {
    private AggregateCalls() {}

    /** Expressions whose calls are computed for each row: what is grouped by, and what aggregate functions take. */
    static List<Expression> ofRows(Aggregate aggregate) {
        List<Expression> expressions = ScalaCollections.javaList(aggregate.groupingExpressions());
        ScalaCollections.<NamedExpression>javaList(aggregate.aggregateExpressions())
                .forEach(result -> addAggregates((Expression) result, expressions));
        return expressions;
    }

    private static void addAggregates(Expression expression, List<Expression> aggregates) {
        if (expression instanceof AggregateExpression) {
            aggregates.add(expression);
        } else {
            ScalaCollections.<Expression>javaList(expression.children())
                    .forEach(child -> addAggregates(child, aggregates));
        }
    }

    /** The same results by an aggregation without calls, and a projection above it that has those for groups. */
    static LogicalPlan lift(Aggregate aggregate) {
        List<Expression> grouping = ScalaCollections.javaList(aggregate.groupingExpressions());
        List<NamedExpression> ofGroups = new ArrayList<>();
        List<NamedExpression> results = new ArrayList<>();
        for (NamedExpression result : ScalaCollections.<NamedExpression>javaList(aggregate.aggregateExpressions())) {
            Expression above = ((Expression) result)
                    .transformDown(PlanRewrite.of(expression -> expression instanceof AggregateExpression
                                    || grouping.stream().anyMatch(expression::semanticEquals)
                            ? column(expression, ofGroups)
                            : expression));
            results.add((NamedExpression) above);
        }
        Object[] parts = new Object[aggregate.productArity()];
        for (int i = 0; i < parts.length; i++) {
            Object part = aggregate.productElement(i);
            parts[i] = part == aggregate.aggregateExpressions() ? ScalaCollections.seq(ofGroups) : part;
        }
        return new Project(ScalaCollections.seq(results), aggregate.makeCopy(parts));
    }

    private static Expression column(Expression ofGroup, List<NamedExpression> ofGroups) {
        NamedExpression named = ofGroup instanceof Attribute attribute
                ? attribute
                : new Alias(
                        ofGroup,
                        "of_group",
                        NamedExpression.newExprId(),
                        ScalaCollections.seq(List.of()),
                        Option.empty(),
                        ScalaCollections.seq(List.of()));
        ofGroups.add(named);
        return named.toAttribute();
    }
}
