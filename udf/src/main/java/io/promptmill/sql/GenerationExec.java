package io.promptmill.sql;

import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.rows.InputRefusedException;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.spark.seam.ScalaCollections;
import io.promptmill.spark.seam.UnarySparkPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * Computes a {@link Generation}: each partition of the child is a stream of prompts for an engine, which has many of them in
 * flight at once. Rows keep their order; where there are fewer partitions than cores and nobody sorted them, they are spread
 * over all cores first. Immutable but for its metrics; public for Spark, which copies it.
 */
public final class GenerationExec extends UnarySparkPlan {
    private static final long serialVersionUID = 1;

    private final transient GenerationTask task;
    private final Attribute prompt;
    private final Option<Attribute> id;
    private final Attribute result;
    private final Spread spread;
    private final SparkPlan child;
    private transient scala.collection.immutable.Map<String, SQLMetric> metrics; // guarded by this

    /** Whether rows may be given to other partitions. */
    public enum Spread {
        /** They stay where they are. */
        NEVER,
        /** They may, where there are fewer partitions than cores: a shuffle costs less than a core that has nothing to do. */
        WHERE_CORES_IDLE
    }

    /** Computes {@code result} of {@code prompt}, and {@code id} where there is one. */
    public GenerationExec(
            GenerationTask task,
            Attribute prompt,
            Option<Attribute> id,
            Attribute result,
            Spread spread,
            SparkPlan child) {
        this.task = task;
        this.prompt = prompt;
        this.id = id;
        this.result = result;
        this.spread = spread;
        this.child = child;
    }

    /** Made when they are asked for: copies that are only compared have none. */
    @Override
    public synchronized scala.collection.immutable.Map<String, SQLMetric> metrics() {
        if (metrics == null) {
            Map<String, SQLMetric> made = new LinkedHashMap<>();
            RowMetrics.NAMES.forEach((key, name) -> made.put(key, SQLMetrics.createMetric(sparkContext(), name)));
            metrics = ScalaCollections.map(made);
        }
        return metrics;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        List<Attribute> columns = ScalaCollections.javaList(child.output());
        PromptColumns asked;
        try {
            asked = task.columns(id.isDefined() ? Optional.of(id.get().dataType()) : Optional.empty());
        } catch (InputRefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        PartitionPredictor predictor = task.model().predictor(sparkContext(), task.settings(), asked);
        RowGenerator generator = new RowGenerator(
                predictor,
                new ResultValue(task.function(), task.resultType()),
                columns,
                prompt,
                id,
                result,
                RowMetrics.of(metrics()));
        FlatMapFunction<java.util.Iterator<InternalRow>, InternalRow> generate = generator::generate;
        return spreadRows().mapPartitions(generate, true).rdd();
    }

    private JavaRDD<InternalRow> spreadRows() {
        JavaRDD<InternalRow> rows = child.execute().toJavaRDD();
        int cores = sparkContext().defaultParallelism();
        int partitions = rows.getNumPartitions();
        boolean spreads = spread == Spread.WHERE_CORES_IDLE && partitions > 0 && partitions < cores;
        // The rows of a partition may be one object whose bytes change.
        return spreads ? rows.map(InternalRow::copy).repartition(cores) : rows;
    }

    /** It is known when it is executed whether rows are spread; nobody above may rely on where they lay. */
    @Override
    public Partitioning outputPartitioning() {
        return spread == Spread.NEVER ? child.outputPartitioning() : new UnknownPartitioning(0);
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return ScalaCollections.seq(
                spread == Spread.NEVER ? ScalaCollections.javaList(child.outputOrdering()) : List.of());
    }

    @Override
    public SparkPlan child() {
        return child;
    }

    @Override
    public SparkPlan withNewChildInternal(SparkPlan newChild) {
        return new GenerationExec(task, prompt, id, result, spread, newChild);
    }

    @Override
    public Seq<Attribute> output() {
        return Generation.output(child.output(), result);
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(result);
    }

    @Override
    public Iterator<Object> stringArgs() {
        return Generation.shown(task, prompt, id, result);
    }

    @Override
    public int productArity() {
        return 6;
    }

    @Override
    public Object productElement(int n) {
        return switch (n) {
            case 0 -> task;
            case 1 -> prompt;
            case 2 -> id;
            case 3 -> result;
            case 4 -> spread;
            case 5 -> child;
            default -> throw new IndexOutOfBoundsException(n);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof GenerationExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationExec that
                && task.equals(that.task)
                && prompt.equals(that.prompt)
                && id.equals(that.id)
                && result.equals(that.result)
                && spread == that.spread
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
