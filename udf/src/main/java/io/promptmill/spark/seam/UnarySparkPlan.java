package io.promptmill.spark.seam;

import java.util.List;
import org.apache.spark.sql.catalyst.trees.UnaryLike;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.Seq;

/** A physical operator with one child, written in Java: what a Scala class has of {@link UnaryLike} by itself. */
public abstract class UnarySparkPlan extends SparkPlan implements UnaryLike<SparkPlan> {
    private static final long serialVersionUID = 1;

    @Override
    public final Seq<SparkPlan> children() {
        return ScalaCollections.seq(List.of(child()));
    }

    /** As Scala 2.12 calls it. */
    @SuppressWarnings("MissingOverride") // in one of the two
    public final SparkPlan withNewChildrenInternal(scala.collection.IndexedSeq<SparkPlan> children) {
        return withNewChildInternal(children.head());
    }

    /** As Scala 2.13 calls it. */
    @SuppressWarnings("MissingOverride") // in one of the two
    public final SparkPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<SparkPlan> children) {
        return withNewChildInternal(children.head());
    }
}
