package io.promptmill.sql;

import io.promptmill.spark.rows.InputRefusedException;
import io.promptmill.spark.seam.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.Metadata;
import scala.Option;

/**
 * A plan that computes a call for the rows of another plan, of which it has all columns. Immutable.
 *
 * @param plan the plan
 * @param result which of its columns is the call's value
 */
record GenerationBelow(LogicalPlan plan, Attribute result) {
    /**
     * The call over that plan; where an equal one was computed for the same rows already, that one.
     *
     * @param session says what the call does not
     */
    static GenerationBelow of(GenerationCall call, LogicalPlan plan, RuntimeConfig session) {
        List<NamedExpression> columns = new ArrayList<>(ScalaCollections.javaList(plan.output()));
        int ofPlan = columns.size();
        try {
            SettingsArgument argument = call.argument();
            Attribute prompt = column(call.prompt(), "prompt", columns);
            Optional<Attribute> id = argument.id().map(expression -> column(expression, "id", columns));
            CallSettings settings = CallSettings.of(call.function(), argument.constants());
            GenerationTask task = new GenerationTask(call.function(), ModelReference.of(settings, session), settings);
            task.columns(id.map(Attribute::dataType));
            Operator operator = new Operator(task, prompt, Option.apply(id.orElse(null)));
            LogicalPlan child = columns.size() == ofPlan ? plan : new Project(ScalaCollections.seq(columns), plan);
            return operator.computedIn(child).orElseGet(() -> operator.over(child));
        } catch (IllegalArgumentException | InputRefusedException e) {
            throw SqlRefusal.of(call.prettyName() + ": " + e.getMessage(), call.origin());
        }
    }

    /** The column that holds the expression; it is added where there is none. */
    private static Attribute column(Expression expression, String name, List<NamedExpression> columns) {
        if (expression instanceof AttributeReference attribute) {
            return attribute;
        }
        Alias alias = new Alias(
                expression,
                name,
                NamedExpression.newExprId(),
                ScalaCollections.seq(List.of()),
                Option.empty(),
                ScalaCollections.seq(List.of()));
        columns.add(alias);
        return alias.toAttribute();
    }

    /** An operator without its place in a plan. */
    private record Operator(GenerationTask task, Attribute prompt, Option<Attribute> id) {
        GenerationBelow over(LogicalPlan child) {
            Attribute result = new AttributeReference(
                    task.function().sqlName(),
                    task.resultType(),
                    true,
                    Metadata.empty(),
                    NamedExpression.newExprId(),
                    ScalaCollections.seq(List.of()));
            return new GenerationBelow(new Generation(task, prompt, id, result, child), result);
        }

        /** The plan with the result of an equal operator among its columns, if there is one below for the same rows. */
        Optional<GenerationBelow> computedIn(LogicalPlan plan) {
            if (plan instanceof Generation generation && isSameAs(generation)) {
                return Optional.of(new GenerationBelow(plan, generation.result()));
            }
            if (plan instanceof Project project) {
                return computedIn(project.child()).map(below -> below.throughProject(project));
            }
            if (plan instanceof Generation || plan instanceof Filter) {
                return computedIn(plan.children().head())
                        .map(below -> new GenerationBelow(
                                plan.withNewChildren(ScalaCollections.seq(List.of(below.plan()))), below.result()));
            }
            return Optional.empty();
        }

        private boolean isSameAs(Generation other) {
            return task.equals(other.task())
                    && prompt.semanticEquals(other.prompt())
                    && id.isDefined() == other.id().isDefined()
                    && (id.isEmpty() || id.get().semanticEquals(other.id().get()));
        }
    }

    private GenerationBelow throughProject(Project project) {
        List<NamedExpression> columns = new ArrayList<>(ScalaCollections.javaList(project.projectList()));
        if (!project.outputSet().contains(result)) {
            columns.add(result);
        }
        return new GenerationBelow(new Project(ScalaCollections.seq(columns), plan), result);
    }
}
