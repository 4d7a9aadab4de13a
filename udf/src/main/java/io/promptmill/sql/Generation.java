package io.promptmill.sql;

import io.promptmill.spark.seam.ScalaCollections;
import io.promptmill.spark.seam.UnaryLogicalPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ExpressionSet;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * The rows of its child, each with the value of a call in one more column. Its expressions are columns only, which no rule
 * of Spark's computes twice. Immutable; public for Spark, which copies it.
 */
public final class Generation extends UnaryLogicalPlan {
    private static final long serialVersionUID = 1;

    private final transient GenerationTask task;
    private final Attribute prompt;
    private final Option<Attribute> id;
    private final Attribute result;
    private final LogicalPlan child;

    /** Computes {@code result} of {@code prompt}, and {@code id} where there is one. */
    public Generation(
            GenerationTask task, Attribute prompt, Option<Attribute> id, Attribute result, LogicalPlan child) {
        this.task = task;
        this.prompt = prompt;
        this.id = id;
        this.result = result;
        this.child = child;
    }

    GenerationTask task() {
        return task;
    }

    Attribute prompt() {
        return prompt;
    }

    Option<Attribute> id() {
        return id;
    }

    Attribute result() {
        return result;
    }

    /** The child's columns and the result. */
    static Seq<Attribute> output(scala.collection.Iterable<Attribute> columns, Attribute result) {
        List<Attribute> output = new ArrayList<>(ScalaCollections.<Attribute>javaList(columns));
        output.add(result);
        return ScalaCollections.seq(output);
    }

    /** Whether the result is among the columns that something refers to. */
    boolean isUsedBy(AttributeSet references) {
        return references.contains(result);
    }

    @Override
    public LogicalPlan child() {
        return child;
    }

    @Override
    public LogicalPlan withNewChildInternal(LogicalPlan newChild) {
        return new Generation(task, prompt, id, result, newChild);
    }

    @Override
    public Seq<Attribute> output() {
        return output(child.output(), result);
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(result);
    }

    /** A common table expression with it, for one, is computed once, however often it is used. */
    @Override
    public boolean deterministic() {
        return false;
    }

    @Override
    public Option<Object> maxRows() {
        return child.maxRows();
    }

    @Override
    public Option<Object> maxRowsPerPartition() {
        return child.maxRowsPerPartition();
    }

    @Override
    public ExpressionSet validConstraints() {
        return child.constraints();
    }

    @Override
    public Iterator<Object> stringArgs() {
        return shown(task, prompt, id, result);
    }

    /** What a plan shows of an operator. */
    static Iterator<Object> shown(GenerationTask task, Attribute prompt, Option<Attribute> id, Attribute result) {
        String call = task.function().sqlName() + "(" + prompt + (id.isDefined() ? ", id " + id.get() : "") + ") AS "
                + result;
        return ScalaCollections.<Object>seq(List.of(
                        call,
                        "model " + task.model(),
                        "settings " + task.settings().shown()))
                .iterator();
    }

    @Override
    public int productArity() {
        return 5;
    }

    @Override
    public Object productElement(int n) {
        return switch (n) {
            case 0 -> task;
            case 1 -> prompt;
            case 2 -> id;
            case 3 -> result;
            case 4 -> child;
            default -> throw new IndexOutOfBoundsException(n);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof Generation;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Generation that
                && task.equals(that.task)
                && prompt.equals(that.prompt)
                && id.equals(that.id)
                && result.equals(that.result)
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
