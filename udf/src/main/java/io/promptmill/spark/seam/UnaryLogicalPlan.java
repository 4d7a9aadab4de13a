package io.promptmill.spark.seam;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import scala.collection.immutable.Seq;

/** A logical operator with one child, written in Java: what a Scala class has of {@link UnaryNode} by itself. */
public abstract class UnaryLogicalPlan extends LogicalPlan implements UnaryNode {
    private static final long serialVersionUID = 1;

    @Override
    public final Seq<LogicalPlan> children() {
        return ScalaCollections.seq(List.of(child()));
    }

    /** As Scala 2.12 calls it. */
    @SuppressWarnings("MissingOverride") // in one of the two
    public final LogicalPlan withNewChildrenInternal(scala.collection.IndexedSeq<LogicalPlan> children) {
        return withNewChildInternal(children.head());
    }

    /** As Scala 2.13 calls it. */
    @SuppressWarnings("MissingOverride") // in one of the two
    public final LogicalPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<LogicalPlan> children) {
        return withNewChildInternal(children.head());
    }
}
