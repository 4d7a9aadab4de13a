package io.promptmill.spark.seam;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.trees.BinaryLike;
import scala.collection.immutable.Seq;

/** An expression of two arguments, written in Java: what a Scala class has of {@link BinaryLike} by itself. */
public abstract class BinaryFunction extends Expression implements BinaryLike<Expression> {
    private static final long serialVersionUID = 1;

    @Override
    public final Seq<Expression> children() {
        return ScalaCollections.seq(List.of(left(), right()));
    }

    /** As Scala 2.12 calls it. */
    @SuppressWarnings("MissingOverride") // in one of the two
    public final Expression withNewChildrenInternal(scala.collection.IndexedSeq<Expression> children) {
        return withNewChildrenInternal(children.head(), children.last());
    }

    /** As Scala 2.13 calls it. */
    @SuppressWarnings("MissingOverride") // in one of the two
    public final Expression withNewChildrenInternal(scala.collection.immutable.IndexedSeq<Expression> children) {
        return withNewChildrenInternal(children.head(), children.last());
    }
}
