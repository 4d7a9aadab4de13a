package io.promptmill.sql;

import java.util.function.UnaryOperator;
import scala.runtime.AbstractPartialFunction;

/** A rewriting of a plan's nodes, or of an expression's, as Spark's trees take it. */
final class PlanRewrite<T> extends AbstractPartialFunction<T, T> {
    private final UnaryOperator<T> rewriting;

    private PlanRewrite(UnaryOperator<T> rewriting) {
        this.rewriting = rewriting;
    }

    /** @param rewriting gives back a node that is to stay */
    static <T> PlanRewrite<T> of(UnaryOperator<T> rewriting) {
        return new PlanRewrite<>(rewriting);
    }

    @Override
    public boolean isDefinedAt(T node) {
        return true;
    }

    @Override
    public T apply(T node) {
        return rewriting.apply(node);
    }
}
