package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import io.promptmill.sql.GenerationExec.Spread;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.Option;
import scala.collection.immutable.Seq;

/** Plans how a {@link Generation} is executed. */
final class GenerationStrategy extends SparkStrategy {
    private static final long serialVersionUID = 1;

    /** So few rows are not worth a shuffle: they are computed together. */
    private static final long FEW_ROWS = 16;

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (!(plan instanceof Generation generation)) {
            return ScalaCollections.seq(List.of());
        }
        return ScalaCollections.seq(List.of(new GenerationExec(
                generation.task(),
                generation.prompt(),
                generation.id(),
                generation.result(),
                spread(generation.child()),
                planLater(generation.child()))));
    }

    private static Spread spread(LogicalPlan child) {
        Option<Object> maxRows = child.maxRows();
        boolean few = maxRows.isDefined() && (long) maxRows.get() <= FEW_ROWS;
        return few || isSorted(child) ? Spread.NEVER : Spread.WHERE_CORES_IDLE;
    }

    /** Whether its rows come in an order that was asked for. */
    private static boolean isSorted(LogicalPlan plan) {
        boolean keepsOrder = plan instanceof Project
                || plan instanceof Filter
                || plan instanceof GlobalLimit
                || plan instanceof LocalLimit
                || plan instanceof Generation;
        return plan instanceof Sort || (keepsOrder && isSorted(plan.children().head()));
    }
}
